# SPDX-License-Identifier: BSD-2-Clause
"""
A stand-in for what ses-policy-sync asks of AWS: of the SES v2 API the account, lists (two a page) and details of identities
and configuration sets, the suppression list; of STS whose credentials these are.
"""
import http.server
import json
import threading
import urllib.parse


def xml(name: str, value: object) -> str:
    """As the query protocol has it: lists of `member`, policies URL-encoded."""
    if name in ("PolicyDocument", "Document"):
        value = urllib.parse.quote(json.dumps(value))
    elif isinstance(value, dict):
        value = "".join(xml(*item) for item in value.items())
    elif isinstance(value, list):
        value = "".join(xml("member", one) for one in value)
    elif isinstance(value, bool):
        value = str(value).lower()
    return f"<{name}>{value}</{name}>"


class Handler(http.server.BaseHTTPRequestHandler):
    server: "SesApi"

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        url = urllib.parse.urlsplit(self.path)
        query = urllib.parse.parse_qs(url.query)
        names = sorted(self.server.identities)
        self.server.asked.append(urllib.parse.unquote(url.path))
        if self.server.answers.get(url.path):
            return self.send(*self.server.answers[url.path].pop(0))
        if url.path in self.server.instead:
            return self.send(*self.server.instead[url.path])
        if not self.headers.get("Authorization", "").startswith("AWS4-HMAC-SHA256 "):
            return self.answer(403, {"message": "Missing Authentication Token"})
        if url.path == "/v2/email/account":
            return self.answer(200, self.server.account_state)
        if url.path == "/v2/email/suppression/addresses":
            return self.page("SuppressedDestinationSummaries", query, [{"EmailAddress": address, "Reason": reason, "LastUpdateTime": 1.7e9}
                                                                       for address, reason in sorted(self.server.suppressed.items())])
        if url.path.startswith("/v2/email/configuration-sets"):
            return self.configuration_set(urllib.parse.unquote(url.path.removeprefix("/v2/email/configuration-sets").removeprefix("/")), query)
        prefix = "/v2/email/identities"
        if url.path == prefix:
            return self.page("EmailIdentities", query, [{"IdentityType": "DOMAIN", "IdentityName": name, "SendingEnabled": True} for name in names])
        name = urllib.parse.unquote(url.path.removeprefix(prefix + "/").removesuffix("/policies"))
        if name in names and url.path.endswith("/policies"):
            return self.answer(200, {"Policies": self.server.policies} if self.server.policies is not None else {})
        if name not in names:
            return self.answer(404, {"message": f"Email identity <{name}> does not exist."}, "NotFoundException")
        # SES says more, and some of it differs each time.
        return self.answer(200, {"IdentityType": "DOMAIN", "VerifiedForSendingStatus": True, "FeedbackForwardingStatus": True,
                                 "VerificationInfo": {"LastCheckedTimestamp": 1.7e9 + len(self.server.asked)}, "Tags": []}
                           | self.server.identities[name])

    def page(self, member: str, query: dict, entries: list) -> None:
        """Two of them."""
        start = int(query.get("NextToken", ["0"])[0])
        more = {"NextToken": str(start + 2)} if start + 2 < len(entries) else {}
        self.answer(200, {member: entries[start:start + 2]} | more)

    def configuration_set(self, name: str, query: dict) -> None:
        if not name:
            return self.page("ConfigurationSets", query, sorted(self.server.sets))
        if name not in self.server.sets:
            return self.answer(404, {"message": f"Configuration set <{name}> does not exist."}, "NotFoundException")
        return self.answer(200, {"ConfigurationSetName": name, "SendingOptions": {"SendingEnabled": True}, "Tags": []} | self.server.sets[name])

    def do_POST(self) -> None:
        """STS, or what IAM says of the account. (They answer in XML.)"""
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        if b"GetAccountAuthorizationDetails" in body:
            return self.iam(urllib.parse.parse_qs(body.decode()))
        self.server.asked.append("sts")
        if self.server.account is None:
            return self.send(403, "<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>", "", "text/xml")
        return self.send(200, "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:sts::{0}:assumed-role/r/i</Arn><UserId>X</UserId>"
                              "<Account>{0}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>".format(self.server.account),
                         "", "text/xml")

    def iam(self, query: dict) -> None:
        """One user a page."""
        self.server.asked.append("iam")
        if self.server.iam_details is None:
            return self.send(403, "<ErrorResponse><Error><Code>AccessDenied</Code><Message>not authorized to perform: iam:GetAccountAuthorizationDetails"
                                  "</Message></Error></ErrorResponse>", "", "text/xml")
        start, users = int(query.get("Marker", ["0"])[0]), self.server.iam_details["UserDetailList"]
        page = {name: entries for name, entries in self.server.iam_details.items() if not start} | {"UserDetailList": users[start:start + 1]}
        more = start + 1 < len(users)
        page |= {"IsTruncated": more} | ({"Marker": str(start + 1)} if more else {})
        return self.send(200, f"<GetAccountAuthorizationDetailsResponse><GetAccountAuthorizationDetailsResult>{''.join(xml(*item) for item in page.items())}"
                              "</GetAccountAuthorizationDetailsResult></GetAccountAuthorizationDetailsResponse>", "", "text/xml")

    def answer(self, status: int, body: dict, error: str = "") -> None:
        self.send(status, json.dumps(body), error)

    def send(self, status: int, body: str, error: str = "", kind: str = "application/json") -> None:
        data = body.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        if error:
            self.send_header("x-amzn-ErrorType", error)
        self.end_headers()
        self.wfile.write(data)


class SesApi(http.server.ThreadingHTTPServer):
    """
    `identities`: name -> what get-email-identity has beside the usual; `policies`: what get-email-identity-policies has of each;
    `sets`: the same of get-configuration-set; `account_state`: get-account; `suppressed`: address -> reason; `account`: STS's answer;
    `instead`: path -> another answer (status, body, error); `answers`: path -> the next answers, each given once. Serves from start to end of a `with`.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.identities: dict[str, dict] = {}
        self.policies: dict | None = {}
        self.account: str | None = "123456789012"
        self.iam_details: dict | None = None  # as get-account-authorization-details prints it; None: that may not be asked
        self.instead: dict[str, tuple] = {}
        self.answers: dict[str, list[tuple]] = {}
        self.sets: dict[str, dict] = {}
        self.suppressed: dict[str, str] = {}
        self.account_state: dict = {
            "DedicatedIpAutoWarmupEnabled": False, "EnforcementStatus": "HEALTHY", "ProductionAccessEnabled": True, "SendingEnabled": True,
            "SendQuota": {"Max24HourSend": 50000.0, "MaxSendRate": 14.0, "SentLast24Hours": 12.0},
            "SuppressionAttributes": {"SuppressedReasons": ["BOUNCE", "COMPLAINT"]},
            "Details": {"MailType": "TRANSACTIONAL", "AdditionalContactEmailAddresses": ["somebody@example.net"]}}
        self.asked: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def __enter__(self) -> "SesApi":
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()
