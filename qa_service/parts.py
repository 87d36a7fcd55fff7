"""Splits a question into parts that can be asked one by one: sentences, and clauses that ask.

「何を集めて、どこに渡して、いつ消すの？」 asks three things. Knows words only, not what they
are about.
"""

import re

MIN_PART_CHARS = 3
_JOINS = "あと(?!で)|それと|それから|ついでに|また(?!は)"
_LEADING_JOIN = re.compile(rf"^(?:(?:{_JOINS})、?|(?:and|also|plus)\b,?)\s*", re.IGNORECASE)
_SENTENCE_END = re.compile(r"(?<=[。！？!?])\s*|(?<=[a-z)][.])\s+", re.IGNORECASE)
_ASKS = "何|なに|なん|どこ|どう|どの|どれ|どち|いつ|誰|だれ|いくら|なぜ"
_ENGLISH_ASKS = "what|where|when|who|why|how|which|is|are|do|does|did|can|could|will|would"
_NEXT_CLAUSE = re.compile(
    rf"(?<=[てでりか])、\s*(?={_ASKS})"
    r"|[、。\s]\s*(?=(?:{_JOINS}))"
    rf"|(?:,\s*|\s+)(?:and|also|plus)\s+(?=(?:{_ENGLISH_ASKS})\b)|,\s*(?=(?:{_ENGLISH_ASKS})\b)",
    re.IGNORECASE,
)
_IS_QUESTION = re.compile(
    rf"[?？]|[かのね]。?$|教えて|知りたい|ください|下さい|たいです|(?:^|[、はがのを])(?:{_ASKS})"
    rf"|^(?:{_ENGLISH_ASKS})\b|\b(?:tell me|want to know|please)\b",
    re.IGNORECASE,
)


def split_parts(text: str) -> tuple[str, ...]:
    """Return the parts of a text in order; one where there is nothing to split.

    Where some parts ask, as in a story that ends in a question, only those are returned.
    """
    parts = [
        _LEADING_JOIN.sub("", part.strip())
        for sentence in _SENTENCE_END.split(text)
        for part in _NEXT_CLAUSE.split(sentence)
        if len(part.strip()) >= MIN_PART_CHARS
    ]
    asking = [part for part in parts if _IS_QUESTION.search(part)]
    return tuple(asking or parts or [text])
