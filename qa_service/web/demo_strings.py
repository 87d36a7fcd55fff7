"""The words of the demo page, in Japanese and English: the site of a firm that does not exist.

Only the notes around the firm's site speak about the service.
"""

from typing import Any

# The values are strings, and tuples of strings where the page repeats a block.
DEMO_PAGE: dict[str, dict[str, Any]] = {
    "ja": {
        "note": "デモページです。みずは庭園設計は架空の会社です。",
        "other": "English",
        "skip": "本文へ移動",
        "firm": "みずは庭園設計",
        "kind": "住まいの庭の設計と手入れ",
        "nav": "サイト内",
        "headline": ("雨の日も、", "見ていたくなる庭。"),
        "lead": "みずは庭園設計は、住まいの小さな庭を専門とする設計室です。"
        "図面を引いた者が植え込みに立ち会い、その後の手入れまで受け持ちます。",
        "see_works": "これまでの庭",
        "see_steps": "ご依頼の流れ",
        "works_title": "これまでの庭",
        "works": (
            ("玄関脇の坪庭", "3.2㎡", "西日の入らない細長い場所に、苔と踏み石を置きました。"),
            ("台所から見る庭", "11㎡", "流しに立つと、ちょうど木もれ日が目に入る高さです。"),
            ("水鉢のある露地", "18㎡", "来客が通る二十歩ほどの道に、水の音を添えました。"),
        ),
        "steps_title": "ご依頼の流れ",
        "steps": (
            ("訪問", "お住まいに伺い、日当たりと水はけを拝見します。約90分、無料です。"),
            ("設計", "三週間ほどで図面と見積もりをお持ちします。"),
            ("施工", "小さな庭なら三日から一週間で仕上がります。"),
            ("手入れ", "年に二度、設計した者が伺います。"),
        ),
        "contact_title": "お問い合わせ",
        "contact": "お電話は平日の9時から17時まで。"
        "訪問のご予約の際に、お名前とご住所、お電話番号をお伺いします。",
        "contact_privacy": "お預かりした個人情報の取り扱いについては、"
        "次のページでご案内しています。",
        "policy_link": "プライバシーポリシー",
        "about_title": "このデモについて",
        "about": "画面の端にあるボタンから、プライバシーポリシーについて質問できます。"
        "回答では、このデモに読み込んだポリシーの原文を、一字一句そのまま引用します。",
        "policy_label": "読み込んだポリシー",
        "snippet_title": "サイトへの組み込み",
        "snippet": "次の2行をHTMLに加えると、同じボタンが表示されます。",
        "more_title": "ほかの画面",
        "more": (
            ("/ask", "質問ページ", "1ページ全体を使う画面です。"),
            ("/embed", "埋め込み用ページ", "iframe でサイトに表示する画面です。"),
            ("/console", "担当者用コンソール", "条項の検索と引用に使います。"),
        ),
    },
    "en": {
        "note": "This is a demo. Mizuha Garden Design is a fictitious firm.",
        "other": "日本語",
        "skip": "Skip to content",
        "firm": "Mizuha Garden Design",
        "kind": "Small gardens, drawn and tended",
        "nav": "On this site",
        "headline": ("A garden worth watching,", "even in the rain."),
        "lead": "We are a studio for small gardens at home. The person who draws yours is there "
        "when it is planted, and comes back to look after it.",
        "see_works": "Gardens we made",
        "see_steps": "How it works",
        "works_title": "Gardens we made",
        "works": (
            ("Courtyard by the door", "3.2 m²", "Moss and stepping stones on a strip with no sun."),
            ("Seen from the kitchen", "11 m²", "Dappled light at eye level from the sink."),
            ("A path with a basin", "18 m²", "Twenty steps for guests, with the sound of water."),
        ),
        "steps_title": "How it works",
        "steps": (
            ("Visit", "We look at light and drainage. About 90 minutes, free of charge."),
            ("Design", "You get drawings and a quote after about three weeks."),
            ("Planting", "A small garden takes three days to a week."),
            ("Care", "Twice a year the designer comes back."),
        ),
        "contact_title": "Contact",
        "contact": "Call us on weekdays from 9 to 17. To book a visit we ask for your name, "
        "address and phone number.",
        "contact_privacy": "How personal information is handled is set out here:",
        "policy_link": "Privacy policy",
        "about_title": "About this demo",
        "about": "The button at the edge of the screen takes questions about the privacy policy. "
        "Answers are quoted word for word from the policy that was loaded for this page.",
        "policy_label": "Policy loaded",
        "snippet_title": "Add it to a site",
        "snippet": "These two lines of HTML show the same button on any page.",
        "more_title": "Other screens",
        "more": (
            ("/ask", "Question page", "The same on a page of its own."),
            ("/embed", "Page for frames", "For sites that show it in an iframe."),
            ("/console", "Agents' console", "To search and quote clauses."),
        ),
    },
}
