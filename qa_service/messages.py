"""Every fixed string that a visitor may see beside the policy's words, in Japanese and English."""

from enum import StrEnum


class Status(StrEnum):
    """What kind of answer the visitor gets."""

    ANSWERED = "answered"
    PARTIAL = "partial"
    SILENT = "silent"
    OFF_TOPIC = "off_topic"


MESSAGES: dict[str, dict[Status, str]] = {
    "ja": {
        Status.ANSWERED: "プライバシーポリシーには、次のように記載されています。",
        Status.PARTIAL: "お尋ねの内容に直接あてはまる記載は見つかりませんでしたが、"
        "関連する記載がありましたのでご案内します。",
        Status.SILENT: "お尋ねの内容に関する記載は、プライバシーポリシーには見つかりませんでした。",
        Status.OFF_TOPIC: "恐れ入りますが、こちらでお答えできるのは、"
        "プライバシーポリシーに関するご質問のみです。",
    },
    "en": {
        Status.ANSWERED: "This is what the privacy policy says.",
        Status.PARTIAL: "The privacy policy does not answer this directly, "
        "but it does say something related.",
        Status.SILENT: "We found nothing in the privacy policy about this.",
        Status.OFF_TOPIC: "We can only answer questions about the privacy policy here.",
    },
}

# What is said of topics on which the policy is silent; the label of each is put in QUOTED_LABEL.
SILENT_ON: dict[str, str] = {
    "ja": "本ポリシーには{}についての記載がありません。",
    "en": "The privacy policy does not say anything about {}.",
}
QUOTED_LABEL: dict[str, str] = {"ja": "『{}』", "en": "{}"}
LABEL_JOINS: dict[str, str] = {"ja": "、", "en": " or "}
SENTENCE_GAP: dict[str, str] = {"ja": "なお、", "en": " "}

# Stands above every reference translation; there are none but English ones.
TRANSLATION_LABEL = "Unofficial reference translation (the Japanese text prevails)"

SUGGESTIONS: dict[str, tuple[str, ...]] = {
    "ja": (
        "個人情報は何のために使われますか",
        "個人情報が他の会社に提供されることはありますか",
        "自分の情報を削除してもらうことはできますか",
    ),
    "en": (
        "What is my personal information used for?",
        "Is my information shared with other companies?",
        "Can I have my information deleted?",
    ),
}
