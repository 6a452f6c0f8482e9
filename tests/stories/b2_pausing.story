She is interrupted at the needs, puts it aside, and goes on with her number an hour later, on a phone that is now looked through.
She is asked again whether it is safe, and only that; what she said before is still there.

she opens the chat
she presses 우리말
she presses 1 혼자 있습니다
she presses 1 나만 봅니다
she presses 1 계속합니다
she presses 3 아닙니다
she presses 1 중국
she presses 1 혼자
she presses 다 골랐습니다
she sees 무엇이 필요합니까?
she presses 나중에 하기
what she did is put aside for 24 hours
she sees 여기까지 한 것을 두었습니다.
she sees 24시간이 지나면 지워집니다.
she sees her number
nobody presses anything for ten minutes
nothing is known of her
she sees the front page

she presses 우리말
she presses 1 혼자 있습니다
she presses 5 번호가 있습니다
she presses 뒤로
she sees 이 손전화는 누가 봅니까?
she presses 3 누가 들여다봅니다
# The number can be entered before she agrees again only on the question about the phone; she goes back to it.
she presses 뒤로
she presses 5 번호가 있습니다
she presses the sixteen digits of her number
her number opens what she put aside
she sees 무엇이 필요합니까?
she presses 2 여기서 나가는 일
she presses 다 골랐습니다
# The phone is looked through today: the hardest questions are left out, and nothing may be sent to it.
she sees 어떤 사람과 이야기하고 싶습니까?
she presses 건너뛰기
she can choose 1 내가 다시 올 때만 | 2 보내지 마십시오
she presses 1 내가 다시 올 때만
offered, in this order: SAFE-CN, CYBER
# On such a phone nothing can be put aside: whoever looks through it would find her number.
she presses 4 더 보내지 않습니다
nothing more is sent
she presses 1 이 대화 지우기
nothing is known of her
