"""What counts as the same: whether an agent would do the same next thing on either of two replies.

`compare.py` is the door. A text is cut (`cut.py`), read (`reading.py`, words in lexicon/meaning.tsv), put beside its
question (`answer.py`) and judged (`verdict.py`): by rules where they are sure, else by learned weights over traits.
"""
