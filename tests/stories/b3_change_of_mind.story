She changes her mind: goes back, answers otherwise, and takes a line out.
What she said before and is no longer asked is not sent.

she opens the chat
she presses 우리말
she presses 1 혼자 있습니다
she presses 1 나만 봅니다
she presses 1 계속합니다
she presses 3 아닙니다
she presses 1 중국
she presses 2 아이와 함께
she presses 다 골랐습니다
she presses 2 여기서 나가는 일
she presses 다 골랐습니다
she presses 1 마음대로 못 나감
she presses 5 화면 앞에서 싫은 일
she presses 다 골랐습니다
she presses 4 남에게 넘기겠다 함
she presses 다 골랐습니다
she presses 1 녀자, 우리말
she presses 다 골랐습니다
she presses 3 아무 때나 여기로
she sees 겪는 일: 화면 앞에서 싫은 일
she sees 위험한 정도: 큼
# Back through the questions, to what she needs.
she presses 뒤로
she presses 뒤로
she presses 뒤로
she presses 뒤로
she presses 뒤로
she sees 무엇이 필요합니까?
# The tick she set is still there; she takes it out and chooses something else.
she presses 2 ✓ 여기서 나가는 일
she presses 3 치료·약
she presses 다 골랐습니다
# What happened to her is not asked for this need, so what she had said about it is gone.
offered, in this order: HEALTH
she does not see 겪는 일
she does not see 위험한 정도
# She takes out who she is with, then puts it back, then takes out how to write to her.
she presses 2 몇 가지 빼기
she presses 5 ✓ 형편: 아이와 함께
she presses 5 형편: 아이와 함께
she presses 7 ✓ 소식: 아무 때나 여기로
she presses 다 골랐습니다
she sees 형편: 아이와 함께
she does not see 아무 때나
she presses 1 보냅니다
HEALTH gets: class normal, country CN, language ko, needs n_med, with w_child, helper t_f_ko
nothing more is sent
