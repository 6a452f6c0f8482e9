Somebody checks her phone. The hardest questions are not shown, and nothing can be sent to her.

she opens the chat
she presses 中文
she presses 1 我一个人
she presses 3 有人会检查
she presses 1 继续
she presses 2 这几天可能
she presses 1 中国
she presses 1 一个人
she presses 选好了
she presses 1 住的地方
she presses 2 离开这里
she presses 选好了
# Neither what happened to her nor how dangerous it is.
she sees 想和什么样的人说话？
she presses 1 女的，朝语
she presses 选好了
she can choose 1 我再来时才看 | 2 不要发
she presses 2 不要发
screens so far: 10
offered, in this order: SAFE-CN, CYBER
never shown: 被逼, 打我, 掐脖子
she presses 4 不再发了
she sees 什么都没发。
nothing more is sent
nobody presses anything for ten minutes
nothing is known of her
she sees the front page
