"""Turns texts into one tokenizer for Japanese and English: a Unigram model of word pieces.

Needs no Japanese dictionary, so the shipped model is read with the `tokenizers` library alone.
"""

import json
import math
from collections import Counter
from collections.abc import Iterator, Sequence

from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers

UNKNOWN = "<unk>"
N_COUNTS = 3
TEXTS_PER_CALL = 10_000


def train_tokenizer(texts: Sequence[str], vocab_size: int) -> Tokenizer:
    """Train a Unigram tokenizer (Kudo 2018) of at most `vocab_size` pieces.

    Texts are folded by NFKC and lower-cased; a piece never crosses a space, a punctuation mark
    or a change of script (kana and kanji count as one script).
    """
    tokenizer = _with_rules(Tokenizer(models.Unigram()))
    trainer = trainers.UnigramTrainer(
        vocab_size=vocab_size,
        # Half of the pieces fall in each round, not a quarter: the default takes twice as long.
        shrinking_factor=0.5,
        special_tokens=[UNKNOWN],
        unk_token=UNKNOWN,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return _settle(tokenizer, texts)


def _with_rules(tokenizer: Tokenizer) -> Tokenizer:
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()])
    # Metaspace would add a piece for every space: half of the pieces of an English sentence.
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.WhitespaceSplit(),
            pre_tokenizers.Punctuation(),
            pre_tokenizers.UnicodeScripts(),
        ]
    )
    return tokenizer


def _settle(tokenizer: Tokenizer, texts: Sequence[str]) -> Tokenizer:
    """Replace the scores by counted ones, so that the same texts give the same tokenizer.

    The trainer found the same pieces in all runs compared, but with scores that differ in each.
    Counting starts from equal scores, where the fewest pieces win, and is repeated.
    """
    trained = json.loads(tokenizer.to_str())["model"]["vocab"]
    pieces = sorted(piece for piece, _ in trained if piece != UNKNOWN)
    scores = dict.fromkeys(pieces, -math.log(len(pieces)))
    for _ in range(N_COUNTS):
        counts = Counter(_cut(_unigram(scores), texts))
        # Every piece keeps half a count: a piece without any could never be counted again.
        total = counts.total() + len(pieces) / 2
        scores = {piece: math.log((counts[piece] + 0.5) / total) for piece in pieces}
    return _unigram(scores)


def _unigram(scores: dict[str, float]) -> Tokenizer:
    vocabulary = [(UNKNOWN, 0.0), *scores.items()]
    return _with_rules(Tokenizer(models.Unigram(vocabulary, unk_id=0, byte_fallback=False)))


def _cut(tokenizer: Tokenizer, texts: Sequence[str]) -> Iterator[str]:
    for start in range(0, len(texts), TEXTS_PER_CALL):
        for encoding in tokenizer.encode_batch_fast(texts[start : start + TEXTS_PER_CALL]):
            yield from encoding.tokens
