"""Keeps the pieces of the pretrained vocabulary that Japanese and English texts need.

The vocabulary was made for a hundred languages; a tenth of it writes 99 % of what we read.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

from qa_service.topics import read_examples
from qa_service.training.pairs import read_pairs
from qa_service.training.pretrained import Pretrained

SPECIAL_PIECES = ("<s>", "<pad>", "</s>", "<unk>")
FIRST, LAST, UNKNOWN = 0, 2, 3
# What visitors write counts so often beside the general texts.
WEIGHT_OF_EXAMPLES = 8
TEXTS_PER_CALL = 20_000


def choose_pieces(pretrained: Pretrained, data: Path, n_pieces: int) -> list[int]:
    """Return the numbers of the most frequent pieces, the special ones first, then ascending."""
    tokenizer = make_tokenizer(pretrained, range(len(pretrained.pieces)))
    counts: Counter[int] = Counter()
    examples = read_examples()
    known = (*examples.questions, *examples.clauses, *examples.near_misses)
    for piece, n in _count(tokenizer, [example.text for example in known]).items():
        counts[piece] += WEIGHT_OF_EXAMPLES * n
    counts.update(_count(tokenizer, [text for pair in read_pairs(data) for text in pair]))
    n_special = len(SPECIAL_PIECES)
    ranked = sorted(counts, key=lambda piece: (-counts[piece], piece))
    chosen = [piece for piece in ranked if piece >= n_special][: n_pieces - n_special]
    return [*range(n_special), *sorted(chosen)]


def make_tokenizer(pretrained: Pretrained, pieces: Sequence[int]) -> Tokenizer:
    """Return the Unigram tokenizer of the pieces, which numbers them in their order."""
    tokenizer = Tokenizer(
        models.Unigram([(pretrained.pieces[i], pretrained.scores[i]) for i in pieces], UNKNOWN)
    )
    tokenizer.normalizer = normalizers.NFKC()
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(
        replacement="▁", prepend_scheme="always", split=False
    )
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", FIRST), ("</s>", LAST)]
    )
    return tokenizer


def _count(tokenizer: Tokenizer, texts: Iterable[str]) -> Counter[int]:
    counts: Counter[int] = Counter()
    for some in _chunks(list(texts)):
        for encoding in tokenizer.encode_batch_fast(some, add_special_tokens=False):
            counts.update(encoding.ids)
    return counts


def _chunks(texts: list[str]) -> Iterable[list[str]]:
    return (texts[i : i + TEXTS_PER_CALL] for i in range(0, len(texts), TEXTS_PER_CALL))
