She does not want to live, and is where the hub does not reach. It is met warmly, a person is offered, and what can't be done is said.

she opens the chat
she presses ⏱ 很急
she presses 5 不想活了
she sees 谢谢你说出来。你不用一个人扛。
she sees 慢慢呼吸，脚踩在地上。
she presses 2 先看说明
she sees 不发也没关系。
she presses 返回
she presses 1 发送
HUB gets: class now, urgent u_self, language zh
she presses 1 我记下了
she presses 更多
she presses 9 俄罗斯
HUB gets in addition: country RU
she sees 就到这里。用号码看回信。
nothing more is sent
never shown: 报警, 警察, 公安
