"""An agent's message as clients wrap it when they ask what the person would say."""

from __future__ import annotations

import json
from collections.abc import Callable

BEFORE = (
    ("user", "The export is slow for big accounts. Can you find out why?"),
    ("assistant", "I profiled it: each row runs its own query.\n\nShould I batch them?"),
    ("user", "yes, batch them"),
)
"""What was said earlier in the conversation."""


def claude_desktop(said: str) -> str:
    turns = "\n\n".join(
        f"{'Human' if who == 'user' else 'Assistant'}: {text}" for who, text in (*BEFORE, ("assistant", said))
    )
    return (
        f"Here is the conversation so far:\n\n{turns}\n\n"
        "Given the conversation above, predict what the user will say next.\n\n"
        "Rules:\n- Reply in the user's own voice.\n- One sentence.\n- Do not explain yourself."
    )


def cursor(said: str) -> str:
    turns = "\n".join(f"<{who}>\n{text}\n</{who}>" for who, text in BEFORE)
    return (
        "You are standing in for the user of an IDE. Decide what the user would answer.\n\n"
        f"<conversation_history>\n{turns}\n</conversation_history>\n\n"
        f"<latest_agent_message>\n{said}\n</latest_agent_message>\n\n"
        "<rules>\n1. Output only the reply.\n2. Never mention that you are an AI.\n</rules>"
    )


def langchain(said: str) -> str:
    turns = "\n".join(f"{'Human' if who == 'user' else 'AI'}: {text}" for who, text in (*BEFORE, ("assistant", said)))
    return (
        "The following is a conversation between a human and an AI. You play the human and answer in their place.\n\n"
        f"Current conversation:\n{turns}\nHuman:"
    )


def chat_json(said: str) -> str:
    messages = [{"role": "system", "content": "Predict the user's next message. Answer as JSON."}]
    messages += [{"role": who, "content": text} for who, text in (*BEFORE, ("assistant", said))]
    return json.dumps({"messages": messages}, indent=2)


def chat_json_with_parts(said: str) -> str:
    turns = [{"role": who, "content": [{"type": "text", "text": text}]} for who, text in (*BEFORE, ("assistant", said))]
    return (
        f"Conversation:\n```json\n{json.dumps(turns, ensure_ascii=False)}\n```\n\n"
        'What would the user reply? Respond only with JSON: {"reply": "...", "confidence": 0.0}'
    )


def xml_transcript(said: str) -> str:
    turns = "\n".join(f'  <message role="{who}">\n{text}\n  </message>' for who, text in (*BEFORE, ("assistant", said)))
    return (
        f"<transcript>\n{turns}\n</transcript>\n<task>Write the next user message. Reply with that message only, "
        "without tags.</task>"
    )


def markdown_history(said: str) -> str:
    turns = "\n\n".join(
        f"### {'User' if who == 'user' else 'Assistant'}\n\n{text}" for who, text in (*BEFORE, ("assistant", said))
    )
    return (
        f"# Conversation history\n\n{turns}\n\n---\n\n## Your task\n\n"
        "Answer as the user would. Keep to their tone, and be brief."
    )


def bold_history(said: str) -> str:
    turns = "\n\n".join(
        f"**{'User' if who == 'user' else 'Agent'}:** {text}" for who, text in (*BEFORE, ("assistant", said))
    )
    return f"{turns}\n\n**Instructions:** Respond as the user. Keep it under 20 words.\n\n**User:**"


def next_message(said: str) -> str:
    return (
        "Predict the user's next message.\n\n"
        f'The agent just said:\n"""\n{said}\n"""\n\n'
        "Guidelines:\n1. The user is an experienced developer.\n2. They rarely write more than a line.\n\n"
        "Next user message:"
    )


def chat_template(said: str) -> str:
    turns = "".join(f"<|im_start|>{who}\n{text}<|im_end|>\n" for who, text in (*BEFORE, ("assistant", said)))
    system = "You simulate the user and write what the user says next."
    return f"<|im_start|>system\n{system}<|im_end|>\n{turns}<|im_start|>user\n"


def suffix_only(said: str) -> str:
    return f"{said}\n\nWhat would the user reply to this? Answer with JSON only.\n\nDo not add anything else."


def system_preamble(said: str) -> str:
    return (
        "<system>You are a digital twin of the user. Answer the agent's messages the way the user would, in the user's "
        f"style. Never break character.</system>\n\n{said}"
    )


def german(said: str) -> str:
    return (
        f"Bisheriger Verlauf:\n\nNutzer: {BEFORE[2][1]}\n\nAssistent: {said}\n\n"
        "Was würde der Nutzer als Nächstes antworten?\n\nRegeln:\n- Antworte nur mit dem Text.\n- Keine Erklärung."
    )


def spanish(said: str) -> str:
    return (
        f"Predice el próximo mensaje del usuario.\n\nUsuario: {BEFORE[2][1]}\nAsistente: {said}\n\n"
        "Responde en JSON con el campo «respuesta».\nUsuario:"
    )


def chinese(said: str) -> str:
    turns = f"用户：{BEFORE[2][1]}\n\n助手：{said}"
    return f"以下是对话历史：\n\n{turns}\n\n请预测用户接下来会说什么。\n\n规则：\n- 只输出一句话\n- 不要解释"


def russian(said: str) -> str:
    turns = f"Пользователь: {BEFORE[2][1]}\nАссистент: {said}"
    return f"Диалог:\n\n{turns}\n\nПредскажи, что ответит пользователь. Ответь только текстом."


def french(said: str) -> str:
    turns = f"Utilisateur : {BEFORE[2][1]}\n\nAssistant : {said}"
    return f"Prédis ce que l'utilisateur va répondre.\n\n{turns}\n\nRéponds en JSON."


def japanese(said: str) -> str:
    return f"会話履歴：\nユーザー：{BEFORE[2][1]}\nアシスタント：{said}\n\nユーザーの次の発言を予測してください。"


def markdown_task(said: str) -> str:
    return f"# Task\nPredict the user's reply.\n\n## Last message\n{said}\n\n## Output\nOnly the reply."


def brackets(said: str) -> str:
    return f"[user] {BEFORE[2][1]}\n[assistant] {said}\n[user]"


def instructed(said: str) -> str:
    return f"<s>[INST] {BEFORE[2][1]} [/INST] {said} </s>[INST]"


def yaml_history(said: str) -> str:
    turns = "".join(
        f"  - role: {who}\n    content: {json.dumps(text, ensure_ascii=False)}\n"
        for who, text in (*BEFORE, ("assistant", said))
    )
    return f"task: predict\nhistory:\n{turns}output: text"


def yaml_blocks(said: str) -> str:
    turns = "".join(
        f"- role: {who}\n  content: |\n" + "".join(f"    {line}\n" if line else "\n" for line in text.split("\n"))
        for who, text in (*BEFORE, ("assistant", said))
    )
    return f"Predict what the user says next.\n{turns}"


def rulers(said: str) -> str:
    return f"Rules: be brief. Never apologise.\n---\n{said}\n---\nRespond with the user's next prompt only."


def the_way_i_would(said: str) -> str:
    return f"{said}\n\nPlease answer the way I would. Keep it under 10 words."


def waiting(said: str) -> str:
    return f"The coding agent is waiting for input and its message is: {said}\n\nWhat does the user type next?"


def terminal(said: str) -> str:
    return f"Transcript (truncated):\n...\n> {BEFORE[2][1]}\n\n⏺ {said}\n\nWhat does the user type next?"


def question_and_answer(said: str) -> str:
    return f'Q: What would Alice answer to this?\n\n"""\n{said}\n"""\n\nA:'


STYLES: tuple[Callable[[str], str], ...] = (
    claude_desktop, cursor, langchain, chat_json, chat_json_with_parts, xml_transcript, markdown_history,
    bold_history, next_message, chat_template, suffix_only, system_preamble, german, spanish, chinese, russian, french,
    japanese, markdown_task, brackets, instructed, yaml_history, yaml_blocks, rulers, the_way_i_would, waiting,
    terminal, question_and_answer,
)  # fmt: skip
