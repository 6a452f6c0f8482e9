She puts aside a finished conversation, when only the decision to send is left. It is kept for longer.
Her number stays the same, and is shown once.

she opens the chat
she presses 우리말
she presses 1 혼자 있습니다
she presses 1 나만 봅니다
she presses 1 계속합니다
she presses 3 아닙니다
she presses 1 중국
she presses 1 혼자
she presses 다 골랐습니다
she presses 3 치료·약
she presses 다 골랐습니다
she presses 건너뛰기
she presses 1 내가 다시 올 때만
offered, in this order: HEALTH
she presses 나중에 하기
what she did is put aside for 72 hours
she sees 72시간이 지나면 지워집니다.
she sees her number
she presses 1 이 대화 지우기
nothing is known of her

she presses 우리말
she presses 1 혼자 있습니다
she presses 5 번호가 있습니다
she presses the sixteen digits of her number
her number opens what she put aside
the card is of HEALTH
she presses 나중에 하기
what she did is put aside for 72 hours
she sees 전에 받은 번호로 이어서 합니다.
her number is nowhere
nothing more is sent
she presses 지우기
nothing is known of her
