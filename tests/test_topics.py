from collections import Counter

from qa_service.messages import QUOTED_LABEL, SILENT_ON
from qa_service.topics import Topic, hash_topics, read_examples, read_topics

TOPICS = {topic.id: topic for topic in read_topics()}


def test_there_are_139_topics_each_with_labels_of_its_own_in_both_languages():
    topics = read_topics()
    assert len(topics) == len(TOPICS) == 139
    for lang in ("ja", "en"):
        labels = [topic.label(lang) for topic in topics]
        assert all(label.strip() == label != "" for label in labels)
        assert len(set(labels)) == 139


def test_topics_outside_of_privacy_stand_last():
    flags = [topic.is_outside for topic in read_topics()]
    assert flags == sorted(flags)
    assert [topic.id for topic in read_topics() if topic.is_outside] == [
        "offtopic.password_reset",
        "offtopic.price",
        "offtopic.refund",
        "offtopic.product_howto",
        "offtopic.outage",
        "offtopic.smalltalk",
        "offtopic.general_knowledge",
        "offtopic.other_company",
        "offtopic.prompt_injection",
        "offtopic.gibberish",
    ]


def test_neighbours_and_implied_topics_exist_and_are_others():
    for topic in read_topics():
        assert {*topic.neighbours, *topic.implies} <= TOPICS.keys() - {topic.id}
    assert TOPICS["cookie.purpose"].implies == ("cookie.use",)


def test_a_label_fits_into_the_message_of_its_language():
    def message(topic: Topic, lang: str) -> str:
        return SILENT_ON[lang].format(QUOTED_LABEL[lang].format(topic.label(lang)))

    cookie = TOPICS["cookie.disable"]
    assert message(cookie, "ja") == (
        "本ポリシーには『クッキー（Cookie）を無効にする方法』についての記載がありません。"
    )
    assert message(cookie, "en") == (
        "The privacy policy does not say anything about how to turn cookies off."
    )
    for topic in read_topics():
        assert not topic.label_ja.endswith(("。", "か", "？"))
        assert not set("『』") & set(topic.label_ja)
        assert not topic.label_en.endswith((".", "?"))


def test_every_examples_topics_exist_and_its_text_is_there():
    examples = read_examples()
    for example in (
        *examples.questions,
        *examples.confusable,
        *examples.clauses,
        *examples.near_misses,
    ):
        assert example.topics
        assert {*example.topics} <= TOPICS.keys()
        assert example.lang in {"ja", "en"}
        assert example.text.strip()


def test_every_topic_is_asked_in_both_languages_and_clauses_are_about_privacy():
    examples = read_examples()
    asked = Counter((q.topics[0], q.lang) for q in examples.questions)
    assert min(asked[topic, lang] for topic in TOPICS for lang in ("ja", "en")) > 0
    declared = {clause.topics[0] for clause in examples.clauses}
    assert declared == {topic.id for topic in read_topics() if not topic.is_outside}


def test_the_hash_of_the_topic_list_is_a_sha_256_and_stays():
    assert len(bytes.fromhex(hash_topics())) == 32
    assert hash_topics() == hash_topics()
