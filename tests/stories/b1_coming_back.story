She comes back with her number, sees what became of each referral, and takes one back.
A wrong number says the same as a number that nobody has.

she opens the chat
she presses 우리말
she presses 1 혼자 있습니다
she presses 5 번호가 있습니다
she sees ○○○○ ○○○○ ○○○○ ○○○○
she presses the sixteen digits of her number
her number opens nothing
she sees 맞는 번호가 아닙니다. 천천히 다시 눌러 보십시오.
she sees ○○○○ ○○○○ ○○○○ ○○○○
# Typing it works as well, and what she typed is deleted.
she types 1234 5678
she sees ●●●● ●●●● ○○○○ ○○○○
she presses 한 개 지우기
she sees ●●●● ●●●○ ○○○○ ○○○○
she types 8 9012 3452
her number opens: CHILD declined, SAFE-CN delivered, HUB need_more
she sees 단체 5: 지금은 돕지 못한다고 합니다. 본인 탓이 아닙니다.
she sees 단체 3: 보냈습니다. 아직 열지 않았습니다.
# What was declined can't be taken back; nothing was sent on to anybody else.
she can choose 1 단체 5 | 2 단체 3 | 3 단체 7 | 4 다른 도움 물어보기 | 5 돈을 달라는 사람 | 6 모두 거두고 지우기
she presses 1 단체 5
she can choose 1 도움이 되었습니다 | 2 도움이 안 되었습니다 | 3 위험하다고 느꼈습니다 | 4 다른 곳에 물어보기
she presses 뒤로
nothing more is sent
she presses 2 단체 3
she can choose 1 단체 3 거두기
she presses 1 단체 3 거두기
SAFE-CN is told that it is taken back
she sees 단체 3: 본인이 거두었습니다.
she presses 2 단체 3
she sees 단체 3: 본인이 거두었습니다.
she presses 뒤로
she presses 지우기
nothing is known of her
