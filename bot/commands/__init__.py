"""The commands behind `naru`: one file for each door. They print; nothing else in the bot does."""
