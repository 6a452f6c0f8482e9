A4. A girl of sixteen, pregnant, who speaks Chinese; alone, on her own phone.
The limits of what can be kept secret come before anything more is asked; only partners trained for children are offered.

she opens the chat
she presses 中文
she presses 1 我一个人
she presses 1 只有我
she presses 1 继续
she presses 3 不会
she presses 1 中国
she presses 5 我不满18岁
she presses 3 怀孕
she presses 选好了
she sees 只找学过怎么照顾孩子的人。
she sees 你可能受伤害时，他们也许要告诉别人。
she sees 会先告诉你。
she presses 1 知道了
she sees 你需要什么？
she presses 4 怀孕、妇科
she presses 选好了
# The hardest questions are not asked for this need; what comes next can be skipped.
she sees 想和什么样的人说话？
she presses 跳过
she presses 1 我再来时才看
screens so far: 11
# SAFE-CN takes adults only. HEALTH meets what she asked for, and so comes before CHILD, which fits by her age alone.
offered, in this order: HEALTH, CHILD
the card is of HEALTH
she sees 有人学过怎么照顾孩子。
she presses 5 能保密到哪里
she sees 机构可能要告诉别人。
she presses 返回
she presses 1 发送
HEALTH gets: class normal, country CN, language zh, needs n_preg, with w_preg w_u18, contact c_return
she presses 1 我记下了
the card is of CHILD
nothing more is sent
she presses 1 发送
CHILD gets: class normal, country CN, language zh, needs n_preg, with w_preg w_u18, contact c_return
she presses 1 结束
she presses 跳过
she presses 1 删除对话
nothing is known of her
she sees the front page
never shown: 报警, 警察, 公安, 派出所, 朝鲜
