#!/usr/bin/env python3
"""Verifies the audit trail in an export of its table, with nothing but Python: verify.py FILE...

The files hold one {"Item": ...} a line, as DynamoDB exports a table to S3, compressed or not. The keys that sealed the
records stand in the environment variable AUDIT_KEYS, one a line.
"""
import gzip, hashlib, hmac, json, os, sys

KEYS = {}
for key in os.environ.get("AUDIT_KEYS", "").encode().splitlines():
    KEYS["hmac-sha-256:" + hashlib.sha256(b"sluice-audit-key:" + key).hexdigest()[:16]] = key

def seal(kind, record):
    return hashlib.sha256(record).hexdigest() if kind == "sha-256" else hmac.new(KEYS[kind], record, "sha256").hexdigest()

def broken(records, writer, sequence, why):
    sys.exit(f"broken after {records} records: aud_{writer}_{sequence} {why}")

chains, heads = {}, {}
for name in sys.argv[1:]:
    with (gzip.open if name.endswith(".gz") else open)(name, "rt", encoding="utf-8") as lines:
        for item in (json.loads(line)["Item"] for line in lines):
            kind, _, writer = item["pk"]["S"].partition("#")
            if kind == "CHAIN":
                chains.setdefault(writer, {})[item["sk"]["S"]] = item
            elif kind == "HEAD":
                heads[writer] = (int(item["sequence"]["N"]), item["hash"]["S"])

records = 0
for writer in sorted(chains.keys() | heads.keys()):
    chain, (end, last), previous = chains.get(writer, {}), heads.get(writer, (0, "")), "0" * 64
    for sequence in range(1, end + 1):
        item = chain.pop(f"{sequence:019}", None) or broken(records, writer, sequence, "is missing")
        record = json.loads(item["record"]["S"])
        if item["hash"]["S"] != seal(record["seal"], item["record"]["S"].encode()):
            broken(records, writer, sequence, "was altered")
        if (record["writer"], record["sequence"], record["previous"]) != (writer, sequence, previous):
            broken(records, writer, sequence, "does not follow the one before it")
        previous, records = item["hash"]["S"], records + 1
    if chain or previous != last:
        broken(records, writer, end, "is not the end of its chain")
print(f"intact, records: {records}")
