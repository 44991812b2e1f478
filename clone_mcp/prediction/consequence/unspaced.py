"""Languages that can't be cut at spaces (Chinese, Japanese, Korean), or that `\\w` cuts wrongly (Hindi, Arabic)."""

import re
from collections.abc import Iterator

from clone_mcp.prediction.consequence.findings import Consequence
from clone_mcp.prediction.consequence.spelling import fold

D, C, P, K = Consequence.DESTRUCTIVE, Consequence.COSTLY, Consequence.PUBLIC, Consequence.CREDENTIAL

_VERBS: dict[Consequence, str] = {
    D: """
        删除 删掉 刪除 刪掉 删了 删光 清空 清除 抹掉 抹除 擦除 销毁 丢弃 丢掉 移除 重置 覆盖 覆寫 格式化
        强制推送 强推 回滚 撤销 吊销 终止 关闭服务 停掉 关停 杀掉 卸载 清理
        清掉 干掉 截断 注销 停用 禁用 停止 重启 关机 取消订阅 还原 毁掉 删表 删库 删吧
        削除 消去 消して 消し 消す 破棄 初期化 上書き 強制プッシュ フォースプッシュ 取り消 終了 停止 無効化
        リセット ドロップ 捨て 取り除 除去 クリア シャットダウン 再起動
        ロールバック 解約 失効 殺 抹消 パージ
        삭제 지우 지울 지워 지웁 제거 초기화 덮어쓰 덮어쓸 포맷 강제_푸시 강제푸시 파기 폐기 종료 중지 비우
        비울 비워 되돌리 되돌릴 롤백 날리 날릴 날려 리셋 철회 해지 드롭
        없애 없앨 취소 비활성화 재시작
        हटा मिटा डिलीट साफ रीसेट नष्ट ड्रॉप ओवरराइट रद्द समाप्त फोर्स बंद
        حذف احذف امسح مسح أحذف أمسح إزالة تدمير
        """,
    C: """
        购买 購買 买下 买个 买 部署 付款 支付 付费 订阅 订购 下单 扩容 升级套餐 升级到 升配 充值 租 转账 退款
        续费 花费 开通 上线 采购
        購入 買って 買い 買う デプロイ 支払 課金 注文 契約 スケールアップ スケールアウト スケール
        アップグレード 送金 返金 更新料 申し込 本番に反映 予約 プロビジョニング 借り
        구매 구입 결제 배포 주문 구독 사서 살까 스케일 증설 송금 환불 업그레이드 프로비저닝 지불 예약
        खरीद ख़रीद भुगतान डिप्लॉय डिप्लोय तैनात सब्सक्राइब ऑर्डर स्केल अपग्रेड रिफंड
        اشتر شراء ادفع نشر
        """,
    P: """
        发布 發布 发表 推送 提交PR 合并 合併 发送 發送 发邮件 发给 发一封 发一条 寄给 寄出 公开 分享 发推
        发帖 上传 群发 通知客户 回复客户 提交 push 推到 推上去 发出 转发
        宣布 公布 发版
        公開 発行 送信 送って 送り 送る 投稿 プッシュ マージ ツイート リリース 共有 アップロード メールを
        配信 発表 提出 返信 連絡
        게시 발행 보내 보낼 발송 전송 푸시 병합 머지 공개 공유 트윗 릴리스 릴리즈 업로드 올릴 올려 발표 제출 알릴 출시
        प्रकाशित पब्लिश भेज पोस्ट पुश मर्ज साझा शेयर सार्वजनिक ट्वीट अपलोड रिलीज
        أرسل ارسال إرسال انشر شارك ادمج
        """,
    K: """
        授权 授予 登录 登陆 提权 sudo
        ログイン サインイン 権限を付与 権限を与 許可を与
        로그인 권한을_부여 권한을_줄 권한_부여 부여
        लॉगिन लॉग_इन अनुमति
        """,
}
_SECRETS = """
    密码 密碼 口令 密钥 密鑰 令牌 凭证 凭据 token api密钥 secret apikey api_key .env パスワード トークン
    秘密鍵 シークレット 認証情報 apiキー
    キーを 暗証番号 鍵 비밀번호 암호 토큰 시크릿 키를 인증키 자격 पासवर्ड टोकन सीक्रेट कुंजी كلمة
"""
_HANDLING = """
    输入 打印 显示 分享 发 共享 轮换 更换 复制 保存 写入 生成 提供 给 填 泄露 查看 使用 添加 导出 读取 放 存 更新 修改
    入力 表示 出力 共有 ローテ コピー 保存 生成 発行 渡 教え 貼 使 書き 追加 変更 設定 更新 見せ 再発行
    エクスポート 読
    입력 출력 표시 공유 복사 저장 생성 제공 알려 교체 사용 추가 변경 보여 발급 갱신 넣 쓸 적
    दर्ज दिखा साझा कॉपी सेव बना दूँ दूं प्रिंट बदल उपयोग जोड़ डाल भेज शेयर
    أدخل اعرض
"""
_CODE = """
    导入 函数 方法 变量 注释 代码 日志语句 空格 空行 这行 那行 一行 行代码 参数 类型 import 警告 测试用例
    按钮 样式 标题 文案 console
    インポート 関数 メソッド 変数 コメント コード ログ出力 空白 行を 引数 型 テストケース ボタン スタイル
    見出し 文言 警告
    임포트 함수 메서드 변수 주석 코드 공백 줄을 인자 타입 테스트_케이스 버튼 스타일 제목 경고
    इंपोर्ट इम्पोर्ट फ़ंक्शन फंक्शन वेरिएबल कमेंट कोड लाइन
"""
_DATA = """
    表 文件 数据 数據 库 分支 目录 文件夹 用户 服务器 备份 记录 仓库 集群 缓存 镜像 线上 生产
    テーブル ファイル データ ブランチ ディレクトリ フォルダ ユーザー サーバ バックアップ レコード リポジトリ
    本番 クラスタ
    테이블 파일 데이터 브랜치 디렉터리 폴더 사용자 서버 백업 레코드 저장소 운영 프로덕션
    टेबल तालिका फ़ाइल फाइल डेटा ब्रांच फ़ोल्डर सर्वर बैकअप प्रोडक्शन
"""
_WRITING = """
    编写 添加测试 写测试 写一个 写个 添加 增加 加一个 加个 加上 修复 重构 实现 解释 补充 更新文档 检查 重命名 调整
    書き 書く 追加 修正 実装 直し 直す リファクタ 説明 作成 確認し リネーム 改善
    작성 추가 수정 구현 고치 고칠 고쳐 리팩터 리팩토 설명 확인 이름을 개선
    लिख जोड़ ठीक समझा सुधार
"""


# A clause that says it is done, unless it still asks.
_REPORT = re.compile(
    "已经|已[删刪清移重发部推合提购更]|刚刚|刚才|了$|ました|した$|済み|完了|[했됐었았](?:습니다|어요|"
    "다|음)|दिया|गया|चुक|लिया|تم "
)
_ASKING = re.compile("[?吗嗎么呢か]|까|क्या|はい|吧$")
_CHOICE = re.compile("要不要|是不是|能不能|可不可以|好不好|行不行|不如|不好意思|没问题|ません?か|ないか|않을까|안 될까")
_NEGATION = re.compile(
    "不要|不用|不会|不再|不想|别|勿|没有|不[删刪清发部推合提]|ないで|しない|しません|せず|しなくて|"
    "지 ?마|지 ?않|지 ?말|안 |(?<!\\S)मत|नहीं|(?<!\\S)न |لا "
)
_CLAUSE = re.compile(
    "[,、;.!\n]|然后|之后|以后|并且|并|再(?![起発イ])|てから|した後|した後|그리고|한 ?후|하고|और |फिर "
)
_LIVE = re.compile("生产|线上|正式环境|本番|프로덕션|운영|प्रोडक्शन")
_SCRIPT = re.compile("[\u0600-\u06ff\u0900-\u097f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def _any_of(words: str) -> re.Pattern[str]:
    parts = sorted({fold(word.replace("_", " ")) for word in words.split()}, key=len, reverse=True)
    return re.compile("|".join(re.escape(part) for part in parts))


_ACTS = {consequence: _any_of(words) for consequence, words in _VERBS.items()}
_SECRET, _HANDLED = _any_of(_SECRETS), _any_of(_HANDLING)
_IN_CODE, _STORED, _WRITTEN = (
    _any_of(_CODE),
    _any_of(_DATA),
    re.compile("(?<![上])(?:" + _any_of(_WRITING).pattern + ")"),
)


def is_unspaced(folded: str) -> bool:
    return _SCRIPT.search(folded) is not None


def unspaced_acts(folded: str) -> Iterator[tuple[Consequence, int]]:
    """What a sentence in one of these scripts directs, asks or plans, with the place where it says so."""
    start = 0
    for clause in _CLAUSE.split(folded):
        place = max(folded.find(clause, start), 0)
        start = place + len(clause)
        if clause and not _is_report(clause) and not _NEGATION.search(_CHOICE.sub("", clause)):
            yield from ((consequence, place) for consequence in _acts(clause))


def _is_report(clause: str) -> bool:
    return _REPORT.search(clause) is not None and _ASKING.search(clause) is None


def _acts(clause: str) -> Iterator[Consequence]:
    writing = _WRITTEN.search(clause) is not None and _LIVE.search(clause) is None
    if not writing:
        for consequence, pattern in _ACTS.items():
            if pattern.search(clause) and not (consequence is D and _is_edit(clause)):
                yield consequence
    if _SECRET.search(clause) and (_ACTS[K].search(clause) or _HANDLED.search(clause)):
        yield K


def _is_edit(clause: str) -> bool:
    return _IN_CODE.search(clause) is not None and _STORED.search(clause) is None
