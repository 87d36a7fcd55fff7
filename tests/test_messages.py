from qa_service.messages import MESSAGES, SUGGESTIONS, Status


def test_both_languages_have_every_message():
    assert set(MESSAGES) == set(SUGGESTIONS) == {"ja", "en"}
    for messages in MESSAGES.values():
        assert set(messages) == set(Status)


def test_a_suggested_question_gets_an_excerpt(service):
    for language, questions in SUGGESTIONS.items():
        for question in questions:
            answer = service.ask(question)
            assert (answer.lang, bool(answer.excerpts)) == (language, True), question
