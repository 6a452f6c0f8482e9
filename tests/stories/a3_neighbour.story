A3. A neighbour, who speaks Chinese, asks for somebody else who was not asked.
There is information only: nothing about the other person is asked, and nothing is sent.

she opens the chat
she presses 中文
she presses 1 我一个人
she presses 1 只有我
she sees 先说五点：
she presses 1 继续
she presses 3 不会
she presses 1 中国
she presses 6 替别人问
she presses 选好了
she sees 本人知道并愿意吗？
she presses 2 还没问
# Ask her when she is alone; tell her the name by voice; do not write it.
she sees 等那个人一个人的时候再问。
she sees 当面说这里的名字，不要写下来。
she sees 这里不问那个人的事。
she can choose 1 现在很急 | 2 小心用手机 | 3 看完，删除
nothing more is sent
she presses 3 看完，删除
nothing is known of her
she sees the front page
nothing more is sent
never shown: 报警, 警察, 公安, 派出所, 朝鲜
# That no row of statistics appears belongs to the issue on statistics.
