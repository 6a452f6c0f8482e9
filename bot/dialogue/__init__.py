"""The conversation, without input or output: events in, decisions out.

* `questionnaire.toml` and `questionnaire` are the questions and their conditions, checked at start;
* `conversation` is what is known of one conversation, `world` what a decision may look at besides;
* `events` is what can happen, `effects` what can be asked to be done;
* `engine.advance` decides; `flow` derives the next question and the packet from the answers, `offers` the partners;
* `consent` is what would be sent, line by line; `screens` and `pages` are what stands on the screen, in keys.
"""
