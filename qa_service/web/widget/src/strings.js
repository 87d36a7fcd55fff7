/**
 * Every visible or spoken string of the widget, by language. Answers bring their own messages.
 */

const JA = {
  title: "プライバシーについて質問",
  subtitle: "ポリシーの原文でお答えします",
  close: "閉じる",
  clear: "会話を消去",
  log: "質問と回答",
  hello:
    "こんにちは。個人情報の取り扱いについて、気になることをお尋ねください。",
  suggestions: [
    "個人情報は何のために使われますか",
    "個人情報が他の会社に提供されることはありますか",
    "自分の情報を削除してもらうことはできますか",
  ],
  label: "ご質問",
  placeholder: "質問を入力してください",
  send: "送信",
  note: "ご質問の内容は保存されません。",
  left: (n) => `残り${n}文字`,
  over: (n) => `${n}文字超過しています`,
  busy: "ポリシーを確認しています…",
  found: (n) => `${n}件の記載が見つかりました。`,
  status: {
    answered: "記載あり",
    partial: "関連する記載",
    silent: "記載なし",
    off_topic: "対象外のご質問",
  },
  whole: "全文を見る",
  newTab: "（新しいタブで開きます）",
  copy: "引用をコピー",
  copied: "コピーしました",
  translation: "参考訳",
  nearest: "あわせてご確認いただける項目",
  contact: "お問い合わせ先",
  contactUs: "お問い合わせはこちら",
  canAsk: "たとえば、次のようにお尋ねください",
  helpful: "この回答はお役に立ちましたか？",
  up: "はい",
  down: "いいえ",
  thanks: "ご協力ありがとうございます。",
  revised: (date) => `${date} 改定`,
  retry: "もう一度送信",
  edit: "質問を編集",
  wait: (n) => `あと${n}秒で送信できます`,
  waited: "送信できるようになりました。",
  errors: {
    offline: "インターネットに接続されていません。接続をご確認のうえ、もう一度お試しください。",
    limited: "ご質問が続いています。恐れ入りますが、少し時間をおいてお試しください。",
    unavailable: "ただいまご利用いただけません。恐れ入りますが、しばらくしてからもう一度お試しください。",
    too_long: "ご質問が長すぎます。500文字以内でご入力ください。",
    invalid: "ご質問を読み取れませんでした。表現を変えてもう一度お試しください。",
    failed: "エラーが発生しました。恐れ入りますが、もう一度お試しください。",
  },
};

const EN = {
  title: "Ask about privacy",
  subtitle: "Quoted from our privacy policy",
  close: "Close",
  clear: "Clear conversation",
  log: "Questions and answers",
  hello:
    "Hello. What would you like to know about your personal information?",
  suggestions: [
    "What is my personal information used for?",
    "Is my information shared with other companies?",
    "Can I have my information deleted?",
  ],
  label: "Your question",
  placeholder: "Ask a question",
  send: "Send",
  note: "Your questions are not stored.",
  left: (n) => `${n} characters left`,
  over: (n) => `${n} characters too many`,
  busy: "Looking in the policy…",
  found: (n) => `Passages found: ${n}`,
  status: {
    answered: "In the policy",
    partial: "Related passage",
    silent: "Not in the policy",
    off_topic: "Not about the policy",
  },
  whole: "Read in full",
  newTab: " (opens in a new tab)",
  copy: "Copy citation",
  copied: "Copied",
  translation: "Reference translation (the Japanese text prevails)",
  nearest: "Sections that may help",
  contact: "Contact",
  contactUs: "Contact us",
  canAsk: "You can ask, for example",
  helpful: "Was this answer helpful?",
  up: "Yes",
  down: "No",
  thanks: "Thank you for your feedback.",
  revised: (date) => `revised ${date}`,
  retry: "Try again",
  edit: "Edit question",
  wait: (n) => `You can try again in ${n} s`,
  waited: "You can try again now.",
  errors: {
    offline: "You are offline. Please check your connection and try again.",
    limited: "That was many questions at once. Please wait a moment.",
    unavailable: "Answers are not available right now. Please try again in a moment.",
    too_long: "Your question is too long. Please keep it within 500 characters.",
    invalid: "Your question could not be read. Please put it in other words.",
    failed: "Sorry, something went wrong. Please try again.",
  },
};

/** @typedef {typeof JA} Strings */

/** Return the strings of a language; English where it is neither Japanese nor English. */
export const stringsOf = (/** @type {string} */ lang) => (lang === "ja" ? JA : EN);

/** Return `ja` or `en` for a language tag such as `ja-JP`. */
export const languageOf = (/** @type {string} */ tag) => (/^ja\b/i.test(tag) ? "ja" : "en");
