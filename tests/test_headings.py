import pytest

from qa_service.headings import mark_headings
from qa_service.markdown import BlockKind, parse_markdown


def headings_of(text: str) -> list[tuple[int, str]]:
    blocks = mark_headings(text, parse_markdown(text).blocks)
    return [(b.level, text[b.start : b.end]) for b in blocks if b.kind is BlockKind.HEADING]


@pytest.mark.parametrize(
    ("text", "headings"),
    [
        ("##目的\n\n文。", [(2, "目的")]),
        ("**目的**\n\n文。", [(2, "**目的**")]),
        ("## 章\n\n**3. 目的**\n\n文。", [(2, "章"), (3, "**3. 目的**")]),
        ("文。\n\n---\n\n**改定履歴**\n\n2024年", [(2, "**改定履歴**")]),
        ("第1条（目的）\n文。", [(2, "第1条（目的）")]),
        ("第１条（目的）\n\n文。", [(2, "第１条（目的）")]),
        ("第一条　目的\n\n文。", [(2, "第一条　目的")]),
        ("第1条 当店は、次のとおり定めます。", [(2, "第1条")]),
        ("（目的）\n第1条 当店は、定めます。", [(2, "（目的）")]),
        ("（目的）\n\n第１条　当店は、定めます。", [(2, "（目的）")]),
        ("■取得\n\n文。", [(2, "■取得")]),
        (
            "1.取得について\n\n文です。\n\n2.利用について\n\n文です。",
            [(2, "1.取得について"), (2, "2.利用について")],
        ),
        ("1. 取得\n\n文です。\n\n2. 利用\n\n文です。", [(2, "取得"), (2, "利用")]),
        (
            "# 題\n\n文。\n\n情報の削除について\n\nご請求があれば、すみやかに消去します。",
            [(1, "題"), (2, "情報の削除について")],
        ),
        ("<h3>取得</h3>\n<p>文。</p>", [(3, "取得")]),
        ("# 一\n\n文。\n\n# 二\n\n文。", [(1, "一"), (1, "二")]),
    ],
)
def test_lines_that_people_use_as_headings_become_headings(text, headings):
    assert headings_of(text) == headings


@pytest.mark.parametrize(
    "text",
    [
        "**必ずお読みください。**\n\n文。",
        "**利用目的：**\n\n連絡のため",
        "**最終更新日：2024年4月1日**\n\n文。",
        "**月見書店**  \n東京都千代田区千代田1-1",
        "１．住所を確かめるため\n\n２．商品を送るため\n\n３．お知らせのため\n\n以上です。",
        "３．長い列挙の三つ目の項目\n\n文です。",
        "1. 氏名\n2. 住所\n",
        "- **窓口**\n- 電話\n",
        "この一文は長いので、下に線が引かれていても見出しとしては扱われないことになっています。\n---\n",
        "一行目\n二行目\n===\n",
        "```\n# 題でない\n```",
        "個人情報の取扱いについて\n\n当店は、個人情報を大切に扱うことを約束します。",
        "当店は、第1条に従います。",
    ],
)
def test_labels_sentences_and_entries_stay_text(text):
    assert headings_of(text) == []
