#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""The values of From headers that JavaMail is asked about, one a line, as JSON strings of bytes (U+0000 to U+00FF).

    ./corpus.py > values.jsonl
"""
import itertools
import json

NAMES = ["", "Ann", "Ann Other", '"Ann Other"', '"Other, Ann"', '"Ann \\"A\\" Other"', "Ann (at home)", "(at home) Ann", '"Ann" Other', "J. Doe",
         ".Ann", "...", "O'Doe", "J\xf6rg", "J\xc3\xb6rg", '"J\xf6rg"', "=?utf-8?q?J=C3=B6rg?=", "=?iso-8859-1?B?SvZyZw==?=", '"=?utf-8?q?Ann?="',
         "=?utf-8?q?a?= =?utf-8?q?b?=", "=?utf-8?q?a?= b =?utf-8?q?c?=", "=?utf-8?q?a?==?utf-8?q?b?=", "=?utf-8?q?a b?=", "=?utf-8*en?q?a?=",
         "=?x-none?q?a?=", "=?utf-8?x?a?=", "=?utf-8?q?a", "=?utf-8?b?YQ==?=", "=?utf-8?b?YQ?=", "=?utf-8?q?=?=", "=?utf-8?q??=", "=?us-ascii?Q?a_b=5F?=",
         "=?utf-8?q?b=40example.org?=", "b@example.org", '"b@example.org"', "a@example.net", "A@example.net", "Ann: x", "Ann; x", "Ann, Bob", "Ann\\", "\\Ann",
         "Ann [home]", "Ann@home", 'Ann"x"', '"x"Ann', '"Ann', "Ann)", "(Ann", "((Ann) x)", "Ann\tOther", "Ann\r\n Other", "Ann\r\n\t  Other", "Ann\n Other",
         '"Ann\r\n Other"', '"Ann\\\r\n Other"', "Ann\rOther", "Ann\nOther", "Ann\x01", "Ann\x7f", "Ann\x0b", "<b@example.org>", "b@example.org,"]
ADDRESSES = ["a@example.net", "a.b@example.net", "a+b=c@example.net", "A@EXAMPLE.net", '"a"@example.net', '"a b"@example.net', '"a\\"b"@example.net',
             '"a\\\\"@example.net', '"a\\b"@example.net', '"b@example.org"@example.net', '"b@example.org> "@example.net', '""@example.net', '"a".b@example.net',
             'a."b"@example.net', '"a""b"@example.net', "a..b@example.net", ".a@example.net", "a.@example.net", "a@example.net.", "a@.example.net",
             "a@example..net", "a@exam_ple.net", "a@example.net:25", "a@[192.0.2.1]", "a@[IPv6:2001:db8::1]", "a@[x]y.net", "a@[a b]", "a@[", "a@]", "a@-.net",
             "a@xn--bcher-kva.example", "j\xf6rg@example.net", "j\xc3\xb6rg@example.net", '"j\xf6rg"@example.net', "a@b\xfccher.example", "a", "a@", "@example.net", "@",
             "", "a@example.net@example.org", "a@example.net b@example.org", "a @example.net", "a@ example.net", "a@example .net", "a b@example.net",
             "a(x)@example.net", "a@(x)example.net", "a@example(x).net", "a@example.net(x)", "(x)a@example.net", "a (x) @example.net", "(b@example.org)a@example.net",
             "@example.org:a@example.net", "@example.org,@example.com:a@example.net", "a%b@example.net", "example.org!a@example.net", "a\\b@example.net",
             "a\\@b@example.net", "=?utf-8?q?a?=@example.net", "=?utf-8?q?a=40example.net?=", "a@=?utf-8?q?example.net?=", "a,b@example.net", "a;b@example.net",
             "a:b@example.net", "a:b@example.net;", "a<b@example.net", "a>b@example.net", "a'b@example.net", "a@example.net\x01", "a\x7f@example.net",
             '"a\r\n b"@example.net', '"a\tb"@example.net', '"a@example.net', 'a"@example.net', '"a"b@example.net', "a@example.net,", ",a@example.net",
             "a@example.net;", ";a@example.net", "mailto:a@example.net", "a@example.net, b@example.org", "a@example.net;b@example.org", "a@example.net\r\n ",
             "a@example.net\r\n\r\n", "a@example.net\rFrom: b@example.org", "a@example.net\nFrom: b@example.org", "a@example.net\r\r\n b", "a@example.net\r\nFrom: b@example.org",
             " a@example.net ", "\ta@example.net\t", "a@" + "x" * 300 + ".net", "a" * 400 + "@example.net"]
FRAMES = ["{}", "<{}>", "< {} >", "<{}", "{}>", "<<{}>>", "{} (x)", "(x) {}", "(x) <{}>", "<{}> (x)", "(x) <{}> (y)", "(x)(y) {}", "{} (x) (y)", "<{}> x", "<{}>;", "x <{}>, y <{}>",
          "x: {};", "x: <{}>, y;", "x:;, {}", "{}, x:;", "(x), {}", "{}, (x)", "{} <{}>", "\"{}\" <{}>", "{} <b@example.org>", "({}) <{}>", "<{}>, <>", "<>, {}", "[x] {}", "{} [x]"]
ODD = ['"a:b<other@example.org>\\"":ok@example.com;', "(a:b) c:ok@example.com;", '"a:b":ok@example.com;', "a (b:c) <ok@example.com>", '"a:b" <ok@example.com>', "<>", "< >",
       "(x) <>", "<> (x)", "x <>", ":;", ";", ",", ",,,", ":", "()", '""', "[]", "(", ")", "\\", '"', "<", ">", "[", "]", "a:b:c@example.net;;", "a:b@example.net;c:d@example.net;",
       "a@example.net (x\\) y) <b@example.org>", "(x\\", '"x\\', "a@example.net\\, b@example.org", "Undisclosed recipients:;", "undisclosed-recipients: ;",
       "a@example.net, , b@example.org", "a@example.net,\r\n b@example.org", "a@example.net\r\n , b@example.org", "x (y <b@example.org>) <a@example.net>",
       '"<b@example.org>" <a@example.net>', "x <a@example.net> <b@example.org>", "<a@example.net>,<b@example.org>", "<a@example.net><b@example.org>",
       "<a@[>]> b", "<a@[\"]>, b@example.org", "x <a@example.net>(", "<(b@example.org)a@example.net>", "<a@example.net(b)>", "a@example.net(.example.org", "a\x00@example.net"]


def values():
    yield from ADDRESSES
    for address in ("a@example.net", '"a b"@example.net'):
        for name in NAMES:
            yield f"{name} <{address}>"
            yield f"{name}<{address}>"
            yield f"{address} ({name})"
    for frame, address in itertools.product(FRAMES, ADDRESSES):
        yield frame.replace("{}", address)
    yield from ODD


if __name__ == "__main__":
    for value in dict.fromkeys(values()):
        print(json.dumps(value))
