A1. A mother in a village. Her phone is looked through by her mother-in-law; she is alone for some minutes; she has a child.
She takes the short path and sends to two partners. Three days later she comes back with her number.

she opens the chat
she sees 안녕하십니까. 생활 안내입니다.
she sees 你好，这里是生活指南。
she presses 우리말
she sees 지금 이 화면을 혼자 보고 있습니까?
she can choose 1 혼자 있습니다 | 2 잠깐만 됩니다 | 3 지금은 안 됩니다
she presses 2 잠깐만 됩니다
# The short form of what she must know; who looks at the phone is not asked.
she sees 돈을 받지 않습니다. 이름과 사는 곳은 쓰지 마십시오.
she sees 완전히 안전하다고 약속하지 못합니다.
she presses 1 계속합니다
she presses 3 아닙니다
she presses 1 중국
she presses 2 여기서 나가는 일
she presses 6 아이 일
she sees 무엇이 필요합니까?
she presses 다 골랐습니다
screens so far: 6
# FAITH, OLD and SUSP would fit by country and need, and must not be there.
offered, in this order: CHILD, SAFE-CN, CYBER
the card is of CHILD
she sees 단체 5
she sees 아이 일을 돕습니다.
# Exactly what would be sent, and nothing about hours or a way to write to her.
she sees 급한 정도: 보통
she sees 나라: 중국
she sees 쓰는 말: 우리말
she sees 필요한 것: 여기서 나가는 일
she sees 필요한 것: 아이 일
she sees 소식: 내가 다시 올 때만
she does not see 형편
she does not see Fictional
she presses 1 보냅니다
CHILD gets: class normal, country CN, language ko, needs n_leave n_child, contact c_return
she sees her number
she presses 1 적었습니다
her number is nowhere
the card is of SAFE-CN
she sees 단체 3
she presses 1 보냅니다
SAFE-CN gets: class normal, country CN, language ko, needs n_leave n_child, contact c_return
# The number she has opens this one too; it is not shown again.
her number is nowhere
she presses 1 이어서 하기
the card is of CYBER
she presses 4 더 보내지 않습니다
nothing more is sent
# Words to know each other by are offered; there is no time for them.
she sees 나중에 서로 알아볼 말을 하나 누르십시오.
she presses 건너뛰기
she sees 다 보았으면 이 대화를 지우십시오.
she presses 1 이 대화 지우기
nothing is known of her
she sees the front page
never shown: 경찰, 공안, 대사관, 북송, 탈북, 피해자

# Three days later. Nothing was sent to her, and nothing on the front page says that she was here before.
she opens the chat
she sees the front page
she presses 우리말
she sees 지금 이 화면을 혼자 보고 있습니까?
she presses 2 잠깐만 됩니다
she presses 4 번호가 있습니다
she presses the sixteen digits of her number
her number opens: CHILD accepted, SAFE-CN acknowledged
she sees 단체 5: 맡겠다고 합니다.
she sees 단체 3: 받았습니다. 보고 있습니다.
# That an answer came, and the answer itself, belong to the issue on replies; so does "답이 왔습니다".
nothing more is sent
she presses 지우기
nothing is known of her
