"""An index such as agents work with: several policies, one of which was changed once."""

import shutil
from pathlib import Path

from qa_service.service import build_index
from qa_service.settings import Settings, read_settings

ROOT = Path(__file__).parent.parent

BEFORE = """+++
title = "会員規約"
lastmod = 2025-01-01
+++

## 第1条（取得する情報）

当社は、次の情報を取得します。

- 氏名
- 住所

## 第2条（保存期間）

会員の情報は、退会の日から3年間保存します。その後は速やかに消去します。

## 第3条（提携先）

当社は、提携先の旅行会社に会員番号を提供します。
"""
# 第2条 has other words, 第3条 is gone, the new 第3条 is another.
AFTER = (
    BEFORE.replace("2025-01-01", "2025-06-01")
    .replace("3年間保存", "5年間保存")
    .replace("（提携先）", "（広告）")
    .replace("当社は、提携先の旅行会社に会員番号を提供します。", "広告の配信は行いません。")
)
HOSTILE = """+++
title = "<img src=x onerror=alert(1)>方針"
+++

## 第9条（<b>目的</b><script>alert(2)</script>）

本文に<script>alert(3)</script>や<img src=x onerror=alert(4)>とあります。

[こちら](javascript:alert(5))もご覧ください。
"""
ENGLISH = """---
title: Notice
---

## 1. Gift cards

We keep the number of a gift card. It is deleted after ninety days.
"""


def build_desk(folder: Path) -> Settings:
    """Build the index twice, the second time with the changed policy; return its settings."""
    sources, index = folder / "sources", folder / "index"
    shutil.copytree(ROOT / "policy_sources", sources)
    (sources / "hostile.ja.md").write_text(HOSTILE, encoding="utf-8")
    (sources / "notice.en.md").write_text(ENGLISH, encoding="utf-8")
    settings = read_settings(sources=sources, index=index, policy="privacy-policy")
    for text in (BEFORE, AFTER):
        (sources / "members.ja.md").write_text(text, encoding="utf-8")
        build_index(settings)
    return settings
