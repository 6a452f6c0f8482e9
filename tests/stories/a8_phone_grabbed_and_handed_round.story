A8. Her phone is grabbed at the hardest question; once she wipes in time, once she can't and the screen idles.
Whoever holds it presses whatever he finds and types what he suspects. He sees everyday pages, as on an account that was never here.

she opens the chat
she presses 우리말
she presses 1 혼자 있습니다
she presses 1 나만 봅니다
she presses 1 계속합니다
she presses 3 아닙니다
she presses 1 중국
she presses 1 혼자
she presses 다 골랐습니다
she presses 2 여기서 나가는 일
she presses 다 골랐습니다
she presses 2 증명서를 빼앗김
she presses 지우기
nothing is known of her
she sees the front page
# That the wipe goes out ahead of everything else, and is never lost, is shown on the real loop (N22).

# He types, and presses every everyday page.
she types /start
she sees the front page
she types 탈북
she sees the front page
she types 도와줘
she sees the front page
she sends a photo
she sees the front page
she opens the chat
she sees the front page
she presses 생활 정보 · 生活信息
she sees 생활 정보입니다. 볼 것을 누르십시오.
she presses 1 무게와 온도 · 重量和温度
she presses 뒤로 · 返回
she presses 생활 정보 · 生活信息
she presses 2 밥 짓기 · 做米饭
she sees 쌀을 두세 번 씻어 30분 불립니다.
she presses 뒤로 · 返回
she presses 생활 정보 · 生活信息
she presses 3 얼룩 빼기 · 洗衣小办法
she presses 뒤로 · 返回
she presses 생활 정보 · 生活信息
she presses 4 감기에 걸렸을 때 · 感冒的时候
she presses 뒤로 · 返回
she sees the front page
a new account that is used the same way sees the same
# Behind the language there is a question that says nothing, and "no" leads back.
she presses 우리말
she sees 지금 이 화면을 혼자 보고 있습니까?
a new account that is used the same way sees the same
she presses 3 지금은 안 됩니다
she sees the front page
she presses 中文
she presses 1 我一个人
she presses 5 我有号码
she sees ○○○○ ○○○○ ○○○○ ○○○○
a new account that is used the same way sees the same
nobody presses anything for ten minutes
she sees the front page

# The other time she can't press anything.
she opens the chat
she presses 中文
she presses 1 我一个人
she presses 1 只有我
she presses 1 继续
she presses 3 不会
she presses 1 中国
nobody presses anything for ten minutes
nothing is known of her
she sees the front page
she types 도와줘
she types 报警
she sees the front page
a new account that is used the same way sees the same
nothing more is sent
never shown: 경찰, 공안, 대사관, 다시 오셨, 欢迎回来, 警察
