"""Every fixed string of the visitors' pages, in Japanese and English, and who is shown which.

The demo's own words, those of a firm that does not exist, are in `demo_strings`.
"""

import re

LANGUAGES = ("ja", "en")

POLICY_PAGE: dict[str, dict[str, str]] = {
    "ja": {
        "skip": "本文へ移動",
        "contents": "目次",
        "updated": "最終改定日",
        "published": "公開日",
        "revision": "版",
        "revision_help": "原文ファイルのSHA-256（先頭12桁）",
        "ask": "このポリシーについて質問する",
        "address": "掲載場所",
    },
    "en": {
        "skip": "Skip to the text",
        "contents": "Contents",
        "updated": "Last updated",
        "published": "Published",
        "revision": "Revision",
        "revision_help": "First 12 digits of the source file's SHA-256",
        "ask": "Ask about this policy",
        "address": "Address",
    },
}

ASK_PAGE: dict[str, dict[str, str]] = {
    "ja": {
        "title": "プライバシーポリシーへのご質問",
        "does": "ご質問に関係する箇所をプライバシーポリシーから探し、原文のまま表示します。"
        "お答えはすべてポリシーからの引用で、文章を新たに作ることはありません。"
        "記載がないときは、そのようにお伝えします。",
        "keeps": "ご質問の内容は保存しません。お名前やご連絡先は入力しないでください。",
        "updated": "最終改定日",
        "read": "全文を読む",
        "other": "English",
        "no_script": "この画面のご利用には JavaScript が必要です。"
        "ポリシーの全文は、JavaScript がなくてもお読みいただけます。",
    },
    "en": {
        "title": "Ask about the privacy policy",
        "does": "We look for the passages of the privacy policy that answer your question and "
        "show them word for word. Answers come only from the policy, and no text is made up. "
        "If the policy does not cover something, we say so.",
        "keeps": "Your questions are not stored. Please leave out names and contact details.",
        "updated": "Last updated",
        "read": "Read it in full",
        "other": "日本語",
        "no_script": "This page needs JavaScript. You can read the whole policy without it.",
    },
}

_ACCEPTED = re.compile(r"([a-z*]+)(?:-[a-z0-9-]+)?\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?))?\s*$")


def choose_language(wanted: str | None, accepted: str = "", fallback: str = "en") -> str:
    """Return `ja` or `en`: the one wanted, else the first of an Accept-Language header.

    `fallback` is for those who want or accept neither.
    """
    if wanted in LANGUAGES:
        return wanted
    rated = []
    for place, part in enumerate(accepted.lower().split(",")):
        match = _ACCEPTED.match(part.strip())
        if match and match[1] in LANGUAGES:
            rated.append((-float(match[2] or 1), place, match[1]))
    weight, _, language = min(rated, default=(0.0, 0, ""))
    return language if weight < 0 else fallback
