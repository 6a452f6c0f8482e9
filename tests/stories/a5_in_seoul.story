A5. In Seoul, silent for three years. She wants to talk to a woman, and leaves everything else open.
The partner has a public number, verified lately; she may call it, or be handed over.

she opens the chat
she presses 우리말
she presses 1 혼자 있습니다
she presses 1 나만 봅니다
she presses 1 계속합니다
she presses 3 아닙니다
# Until here the Korean of Yanbian, as the bot is set. She says that she is in South Korea: from here that of Seoul.
she sees 지금 어느 나라에 있습니까?
she presses 5 한국
she presses 건너뛰기
she presses 5 마음이 힘듦
she presses 다 골랐습니다
# What happened to her is not asked for this need.
she sees 어떤 사람과 이야기하고 싶습니까?
she can choose 1 여자, 우리말 | 2 누구든, 우리말 | 3 여자, 중국말 | 4 누구든, 중국말 | 5 글 읽기 힘듦 | 6 나는 남자입니다
she presses 1 여자, 우리말
she presses 다 골랐습니다
she presses 1 내가 다시 올 때만
screens so far: 10
offered, in this order: PSY-KR
she sees 마음이 힘들 때 이야기를 듣습니다.
she sees 전화 000-0000-0000. 걸면 손전화에 남습니다.
she presses 1 보냅니다
PSY-KR gets: class normal, country KR, language ko, needs n_mind, helper t_f_ko, contact c_return
she sees her number
she presses 1 적었습니다
# Words to know each other by: one that opens, one that warns.
she sees 돕는 사람은 첫 글에 이 말을 합니다.
she presses 달
she sees 누가 억지로 시킬 때 누를 말도 고르십시오.
she presses 비
PSY-KR gets in addition: check moon
she sees 말을 정했습니다. 적지 말고 기억하십시오.
she sees 여기까지입니다. 답은 받은 번호로 봅니다.
nothing more is sent
she presses 1 이 대화 지우기
nothing is known of her
never shown: 피해자, 경찰, 신고, 하나원, 탈북
# She did not tick to be counted, so no counter moves.
