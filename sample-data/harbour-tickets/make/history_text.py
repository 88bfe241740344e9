"""The text of the invented repository, and the stream that hands it to git fast-import."""
import random
import subprocess

random_ = random.Random(20261120)

FILES = {
    "orders": "order cart checkout refund hold pricing status history events".split()
    + "repository api test_orders".split(),
    "billing": "invoice ledger payment provider dunning tax settlement vouchers".split()
    + "repository api test_billing".split(),
    "web": "routes pages session templates forms errors assets search middleware test_web".split(),
    "catalog": "show venue season tags images importer repository api test_catalog".split(),
    "seats": "map section allocation locking repository api test_seats".split(),
    "accounts": "login profile password consent repository api test_accounts".split(),
    "notifications": "mail sms queue templates retry test_notifications".split(),
    "reporting": "daily sales export schedule test_reporting".split(),
}
SUBJECTS = [
    "Show {x} on the {m} page",
    "Let {m} keep the {x}",
    "Speed up the {x}",
    "Round the {x} the way finance does",
    "Move the {x} out of the handler",
    "Log why the {x} was refused",
    "Ask for the {x} once",
    "Name the {x} better",
    "Accept an empty {x}",
    "Send the {x} with the order",
    "Drop the old {x}",
    "Check the {x} before the hold",
]
FIXES = [
    "Fix the {x} when the order is empty",
    "Fix a crash in the {x}",
    "Bug: the {x} counted twice",
    "Fix {x} after the last change",
]


class Repository:
    """The text of every file, and the stream to git fast-import."""

    def __init__(self, folder):
        subprocess.run(["git", "init", "-q", "-b", "main", folder], check=True)
        self.git = subprocess.Popen(
            ["git", "-C", folder, "fast-import", "--quiet", "--date-format=raw"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self.folder, self.files, self.marks = folder, {}, {}
        self.tip = None

    def text(self, path):
        return "".join(f"{line}\n" for line in self.files[path]).encode()

    def commit(self, branch, who, when, message, changed, parent, merge=None, renames=()):
        """Commits the present text of `changed`; returns the commit id that git gave it."""
        mark = len(self.marks) + 1
        date = f"{int(when.timestamp())} +0100"
        body = message.encode()
        out = [
            f"commit {branch}\nmark :{mark}\nauthor {who[0]} <{who[1]}> {date}\n"
            f"committer {who[0]} <{who[1]}> {date}\ndata {len(body)}\n".encode(),
            body,
            b"\n",
        ]
        if parent:
            out.append(f"from :{self.marks[parent]}\n".encode())
        if merge:
            out.append(f"merge :{self.marks[merge]}\n".encode())
        out += [f"R {old} {new}\n".encode() for old, new in renames]
        for path in sorted(changed):
            if path in self.files:
                data = self.text(path)
                out += [f"M 100644 inline {path}\ndata {len(data)}\n".encode(), data, b"\n"]
            else:
                out.append(f"D {path}\n".encode())
        out.append(f"\nget-mark :{mark}\n".encode())
        self.git.stdin.write(b"".join(out))
        self.git.stdin.flush()
        sha = self.git.stdout.readline().decode().strip()
        self.marks[sha] = mark
        return sha

    def close(self):
        self.git.stdin.write(b"done\n")
        self.git.stdin.close()
        if self.git.wait() != 0:
            raise SystemExit("make_history: git fast-import failed")


def path_of(module, name):
    return f"src/{module}/{name}.py"


def edit(lines, size):
    """Changes, adds or removes `size` lines at one or two places."""
    for _ in range(size):
        at, what = random_.randrange(len(lines)), random_.random()
        text = (
            f"    {random_.choice('total price seat hold rate note state'.split())}_{random_.randrange(90)} = "
            f"{random_.choice('round floor check load keep'.split())}({random_.randrange(999)})"
        )
        if what < 0.55:
            lines[at] = text
        elif what < 0.88 or len(lines) < 20:
            lines.insert(at, text)
        else:
            del lines[at]


def new_file(module, name):
    lines = [f'"""Harbour Tickets, {module}: {name}."""', ""]
    for number in range(random_.randint(3, 9)):
        lines += [
            f"def {name}_{number}(request):",
            f"    state = load({random_.randrange(999)})",
            f"    return keep(state, {random_.randrange(99)})",
            "",
        ]
    return lines
