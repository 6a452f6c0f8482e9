A6. Four people stuck in Laos; the guide wants more money. She fears for the next days.
Nobody fits but the hub, and that is said. No advice to pay or not to pay, to run, or to go to anybody official.

she opens the chat
she presses 우리말
she presses 1 혼자 있습니다
she presses 2 같이 씁니다
she presses 1 계속합니다
she presses 2 며칠 안에
she presses 3 라오스
she presses 4 다른 어른과 함께
she presses 다 골랐습니다
she presses 더 보기
she presses 10 앞으로 갈 길
she presses 더 보기
she presses 13 돈 달라는 사람
she presses 다 골랐습니다
# The hardest question, with its calm line first.
she sees 대답하지 않아도 도움은 똑같이 받습니다.
she presses 3 빚·돈을 더 내라 함
she presses 다 골랐습니다
she sees 어느 것도 겪은 사람의 잘못이 아닙니다.
she presses 4 남에게 넘기겠다 함
she presses 다 골랐습니다
she presses 2 누구든, 우리말
she presses 다 골랐습니다
she presses 1 내가 다시 올 때만
screens so far: 12
offered, in this order: HUB
she sees 꼭 맞는 곳은 찾지 못했습니다. 여러 일을 받는 곳입니다.
# Only the class of danger, never the answer that led to it.
she sees 위험한 정도: 큼
she does not see 남에게 넘기겠다 함
# Whether somebody is really from here: what we never ask for.
she presses 5 돈을 달라는 사람
she sees 돈을 달라는 말에 우리는 관계가 없습니다.
she presses 뒤로
she presses 1 보냅니다
HUB gets: class days, country LA, language ko, needs n_path n_scam, situations s_debt, danger high, with w_adult, helper t_any_ko, contact c_return
she presses 1 적었습니다
she presses 건너뛰기
she sees 여기까지입니다. 답은 받은 번호로 봅니다.
she presses 1 이 대화 지우기
nothing is known of her
never shown: 경찰, 공안, 대사관, 영사관, 국경, 브로커, 신고
