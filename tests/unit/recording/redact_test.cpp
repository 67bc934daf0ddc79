// SPDX-License-Identifier: GPL-2.0-only
#include "recording/redact.h"

#include <gtest/gtest.h>

#include <ctime>
#include <utility>

namespace unwedge::recording {
namespace {

using Words = std::vector<std::string>;

const std::string mark = "[redacted]";
// Put together here, so that nobody who looks for leaked keys finds one.
const std::string letters = "aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1eF3hJ5";
const std::string web_token = "eyJ" + letters + "." + letters + "." + letters;

/// Each as it goes in and as it comes out; what was redacted once is not redacted any further.
void expect_redacted(const std::vector<std::pair<Words, Words>> &cases) {
    for (const auto &[argv, expected] : cases) {
        EXPECT_EQ(redacted(argv), expected);
        EXPECT_EQ(redacted(expected), expected) << "not again";
    }
}

void expect_untouched(const std::vector<Words> &cases) {
    for (const Words &argv : cases)
        EXPECT_EQ(redacted(argv), argv);
}

TEST(Redact, ValuesOfOptionsByTheirNames) {
    expect_redacted({
        {{"x", "--password=hunter2"}, {"x", "--password=" + mark}},
        {{"x", "--password", "hunter2", "tests"}, {"x", "--password", mark, "tests"}},
        {{"x", "-password", "hunter2"}, {"x", "-password", mark}},
        {{"x", "--db-passwd=a=b c"}, {"x", "--db-passwd=" + mark}},
        {{"x", "--client_secret", "s"}, {"x", "--client_secret", mark}},
        {{"x", "--api-key=k", "--api_key=k", "--apikey", "k"},
         {"x", "--api-key=" + mark, "--api_key=" + mark, "--apikey", mark}},
        {{"x", "--accessToken", "t", "--apiKey=k"}, {"x", "--accessToken", mark, "--apiKey=" + mark}},
        {{"x", "--access-key=k", "--session-key=k"}, {"x", "--access-key=" + mark, "--session-key=" + mark}},
        {{"x", "--private-key=MIIE", "--credential=c"},
         {"x", "--private-key=" + mark, "--credential=" + mark}},
        {{"x", "--auth=me:pw", "--bearer", "b"}, {"x", "--auth=" + mark, "--bearer", mark}},
        {{"java", "-Dpassword=p", "-Ddb.password=p", "-Dauth.token=t"},
         {"java", "-Dpassword=" + mark, "-Ddb.password=" + mark, "-Dauth.token=" + mark}},
        {{"raylet", "--redis-password=5241590000000000"}, {"raylet", "--redis-password=" + mark}},
        {{"erl", "-setcookie", "monster", "-sname", "a"}, {"erl", "-setcookie", mark, "-sname", "a"}},
        {{"openssl", "-passin", "pass:x"}, {"openssl", "-passin", mark}},
    });
}

TEST(Redact, ValuesOfVariablesByTheirNames) {
    expect_redacted({
        {{"env", "PASSWORD=p", "PGPASSWORD=p", "MYSQL_PWD=p", "DB_PASS=word"},
         {"env", "PASSWORD=" + mark, "PGPASSWORD=" + mark, "MYSQL_PWD=" + mark, "DB_PASS=" + mark}},
        {{"env", "GITHUB_TOKEN=t", "TOKEN_CI=t", "TOKEN2=t"},
         {"env", "GITHUB_TOKEN=" + mark, "TOKEN_CI=" + mark, "TOKEN2=" + mark}},
        {{"env", "AWS_SECRET_ACCESS_KEY=a/b+c", "X=1"}, {"env", "AWS_SECRET_ACCESS_KEY=" + mark, "X=1"}},
        {{"docker", "run", "-e", "TOKEN=t", "--env=TOKEN=t", "-eTOKEN=t"},
         {"docker", "run", "-e", "TOKEN=" + mark, "--env=TOKEN=" + mark, "-eTOKEN=" + mark}},
        {{"helm", "--set", "a=1,auth.password=p,b=2"},
         {"helm", "--set", "a=1,auth.password=" + mark + ",b=2"}},
    });
}

TEST(Redact, Headers) {
    expect_redacted({
        {{"curl", "-H", "Authorization: Bearer abc"}, {"curl", "-H", "Authorization: Bearer " + mark}},
        {{"curl", "-H", "authorization:Basic abc="}, {"curl", "-H", "authorization:Basic " + mark}},
        {{"curl", "--header=X-Api-Key: k"}, {"curl", "--header=X-Api-Key: " + mark}},
        {{"curl", "-HX-Auth-Token:t"}, {"curl", "-HX-Auth-Token:" + mark}},
        {{"curl", "-H", "Cookie: a=b; c=d"}, {"curl", "-H", "Cookie: " + mark}},
        {{"x", "Bearer " + letters}, {"x", "Bearer " + mark}},
        // As a title without quotes.
        {{"curl", "-H", "Authorization:", "Bearer", "abc", "url"},
         {"curl", "-H", "Authorization:", "Bearer", mark, "url"}},
        {{"curl", "-H", "Authorization:", "abc", "url"}, {"curl", "-H", "Authorization:", mark, "url"}},
    });
    expect_untouched({{"curl", "-H", "Accept: application/json", "-H", "Content-Type: a; charset=b"},
                      {"curl", "-H", "X-Request-Id: 5"},
                      {"x", "bearer of news", "Bearer of the token"}});
}

TEST(Redact, LettersOfSomePrograms) {
    expect_redacted({
        {{"curl", "-u", "me:pw", "url"}, {"curl", "-u", "me:" + mark, "url"}},
        {{"/usr/bin/curl", "-su", "me:pw"}, {"/usr/bin/curl", "-su", "me:" + mark}},
        {{"curl", "--user", "me:p:w", "--proxy-user=me:pw", "-ume:pw"},
         {"curl", "--user", "me:" + mark, "--proxy-user=me:" + mark, "-ume:" + mark}},
        {{"timeout", "5", "curl", "-u", "me:pw"}, {"timeout", "5", "curl", "-u", "me:" + mark}},
        {{"mysql", "-uroot", "-phunter2", "db"}, {"mysql", "-uroot", "-p" + mark, "db"}},
        {{"/opt/mysqldump", "-phunter2"}, {"/opt/mysqldump", "-p" + mark}},
        {{"sshpass", "-p", "pw", "ssh", "host"}, {"sshpass", "-p", mark, "ssh", "host"}},
        {{"redis-cli", "-a", "pw", "ping"}, {"redis-cli", "-a", mark, "ping"}},
    });
    expect_untouched({{"curl", "-u", "me", "http://host:80/"},
                      {"docker", "run", "--user", "1000:1000", "-u", "1000:1000"},
                      {"mysql", "-p", "db"},
                      {"pytest", "tests/mysql", "-pno:cacheprovider", "-p", "xdist"},
                      {"mkdir", "-parents"}});
}

TEST(Redact, PasswordsInUrls) {
    expect_redacted({
        {{"x", "postgres://me:pw@db:5432/test"}, {"x", "postgres://me:" + mark + "@db:5432/test"}},
        {{"x", "--dsn=amqp://me:p@w@h/v"}, {"x", "--dsn=amqp://me:" + mark + "@h/v"}},
        {{"x", "redis://:pw@h,redis://:pw@i"}, {"x", "redis://:" + mark + "@h,redis://:" + mark + "@i"}},
        {{"x", "mongodb://me:p/w@h/db"}, {"x", "mongodb://me:" + mark + "@h/db"}},
        {{"x", "https://h/?a=1&token=t&b=2#c"}, {"x", "https://h/?a=1&token=" + mark + "&b=2#c"}},
        {{"x", "https://h/?api_key=t"}, {"x", "https://h/?api_key=" + mark}},
        {{"x", "Server=h;Password=p;Db=d"}, {"x", "Server=h;Password=" + mark + ";Db=d"}},
        {{"npm", "//registry.npmjs.org/:_authToken=t"}, {"npm", "//registry.npmjs.org/:_authToken=" + mark}},
    });
    expect_untouched({{"x", "http://localhost:8080/a@b"},
                      {"x", "https://registry.npmjs.org/@scope/name"},
                      {"git", "clone", "ssh://git@github.com/a/b", "git@github.com:a/b"},
                      {"x", "tcp://127.0.0.1:8786", "http://[::1]:80/@", "unix:///run/x.sock"}});
}

TEST(Redact, WellKnownTokens) {
    for (const std::string &token :
         {"ghp_" + letters, "gho_" + letters, "github_pat_" + letters, "glpat-" + letters, "xoxb-" + letters,
          "xoxp-1234567890-" + letters, "sk-" + letters, "sk-proj-" + letters,
          std::string("AKIA") + "ABCDEFGHIJKLMNOP", std::string("ASIA") + "ABCDEFGHIJKLMNO1", web_token})
        expect_redacted({{{"x", token, "a:" + token + " b"}, {"x", mark, "a:" + mark + " b"}}});
    expect_untouched({{"x", "sk-learn-contrib-some-long-name", "desk-" + letters, "ghp_short", "eyJ.a.b"},
                      {"x", "AKIA", "AKIAABCDEFGHIJKLMNOPQRS", "eyJhbGciOiJI"}});
}

TEST(Redact, PemBlocks) {
    const std::string begin = "-----BEGIN RSA PRIVATE KEY-----";
    const std::string end = "-----END RSA PRIVATE KEY-----";
    expect_redacted({
        {{"x", "a " + begin + "\nMIIE\n" + end + "\nb"}, {"x", "a " + mark + "\nb"}},
        {{"x", begin + "\nMIIE"}, {"x", mark}},
        {{"x", "--cert", begin + "\nMIIE\n" + end}, {"x", "--cert", mark}},
    });
}

TEST(Redact, Json) {
    expect_redacted({
        {{"curl", "-d", R"({"user": "me", "password" : "p\"w", "n": 1})"},
         {"curl", "-d", R"({"user": "me", "password" : ")" + mark + R"(", "n": 1})"}},
        {{"curl", "-d", "user=me&password=pw&x=1"}, {"curl", "-d", "user=me&password=" + mark + "&x=1"}},
    });
    expect_untouched({{"x", R"({"token_type": "bearer", "tokens": "5", "author": "x"})"}});
}

TEST(Redact, ScriptsWordByWord) {
    expect_redacted({
        {{"sh", "-c", "PASSWORD=p ./run --fast; echo done"},
         {"sh", "-c", "PASSWORD=" + mark + " ./run --fast; echo done"}},
        {{"bash", "-lc", "x --token 't t' && y"}, {"bash", "-lc", "x --token '" + mark + "' && y"}},
        {{"sh", "-c", R"(curl -s -u me:pw -H "Authorization: Bearer abc" http://h)"},
         {"sh", "-c", "curl -s -u me:" + mark + " -H \"Authorization: Bearer " + mark + "\" http://h"}},
        {{"ssh", "host", "export A_TOKEN=t; x"}, {"ssh", "host", "export A_TOKEN=" + mark + "; x"}},
        {{"su", "-c", "sh -c 'X_SECRET=s y'"}, {"su", "-c", "sh -c 'X_SECRET=" + mark + " y'"}},
    });
    expect_untouched(
        {{"sh", "-c", "x --token $TOKEN --password \"${PASSWORD}\"; T_TOKEN=$(cat f) y"},
         {"sh", "-c", "  don't  (even  'think') about \\' \"it"},
         {"python", "-c", "from multiprocessing.spawn import spawn_main; spawn_main(tracker_fd=5)"}});
}

TEST(Redact, LongRandomTextBehindAName) {
    const std::string hex = "0123456789abcdef0123456789abcdef";
    expect_redacted({
        {{"x", "login", "token", letters}, {"x", "login", "token", mark}},
        {{"x", "secret", hex}, {"x", "secret", mark}},
        {{"x", "token:" + hex}, {"x", "token:" + mark}},
    });
    expect_untouched({{"git", "checkout", hex},
                      {"x", "--commit=" + hex, "image@sha256:" + hex},
                      {"x", letters, "token", "abc", "token", "tests/unit/test_token_refresh.py"}});
}

TEST(Redact, OrdinaryCommandLinesStay) {
    expect_untouched({
        {},
        {""},
        {"pytest", "-x", "tests/test_token.py", "-k", "password and not token", "--author=me"},
        {"pytest", "-k", "auth", "tests/auth", "tests/x.py::test_login[token=abc]", "--tokenize-only"},
        {"pytest", "-m", "not secret", "--basetemp=/tmp/0123456789abcdef0123456789abcdef"},
        {"cargo", "test", "auth::token::test_refresh", "password::tests", "--", "--exact"},
        {"go", "test", "-run", "TestToken/secret=1", "./auth/..."},
        {"ctest", "-R", "auth", "--output-on-failure"},
        {"x", "--max-tokens=5", "--max-token", "5", "--num-tokens", "7", "--tokens=3", "--pad-token=<pad>"},
        {"x", "--tokenizer=bert", "--tokenizer", "bert", "--authority=h", "--authors", "me", "--compass=1"},
        {"x", "--password-file=/run/x", "--token-path", "/run/x", "--password-stdin", "--auth-type=basic"},
        {"x", "--secret-name", "db", "--token-type=bearer", "--api-key-header=X-Key", "--password-policy",
         "p"},
        {"x", "--no-auth", "tests", "--skip-token", "tests", "--enable-auth=always"},
        {"x", "--auth=true", "--auth", "none", "--token=", "--secret", "-v"},
        {"Xvfb", ":99", "-auth", "/tmp/xvfb-run.x/Xauthority", "-nolisten", "tcp"},
        {"initdb", "--auth=trust", "--auth-local=peer", "-A", "md5", "--pwfile=/tmp/x"},
        {"x", "--private-key=/etc/ssl/key.pem", "--private-key", "./k", "--credentials", "~/.aws/x"},
        {"env", "PWD=/home/me", "OLDPWD=/", "SSH_AUTH_SOCK=/tmp/x", "XAUTHORITY=/tmp/x",
         "GIT_AUTHOR_NAME=me"},
        {"env", "TOKENIZERS_PARALLELISM=false", "PYTHONHASHSEED=0", "AWS_ACCESS_KEY_ID=x", "TOKEN_FILE=/x"},
        {"docker", "build", "--secret", "id=npm,src=/x", "--build-arg", "A=b", "token:latest", "auth:8080"},
        {"/opt/venv/bin/python3", "-m", "tractor._child", "--uid", "('child', '3f2a')", "--parent_addr",
         "127.0.0.1:1616"},
        {"gcc", "-c", "auth.c", "-o", "token.o", "-DTOKEN_MAX=5", "-Wl,-z,relro"},
        {"sh", "-c", "for i in 1 2 3; do ./test_auth --key=$i || exit 1; done > out.txt 2>&1"},
        {std::string("\xff\xfe\0\x1b", 4), "\n", " ", "=", "==", "-", "--", "-=", "a=", "://", "://@",
         "?=", "\"\"", "'"},
    });
}

TEST(Redact, LongInputTakesNoTime) {
    const std::clock_t begin = std::clock(); // CPU time: others may have the CPUs
    for (const char *piece :
         {"a",   "=", "a=",     "://",    "a://b:c/",     "?a=",         "?auth=/",   "&token=x", "\"a\"",
          "\"",  "'", "\\",     " a",     "eyJaaaaaaaa.", "-----BEGIN ", "-----END ", "ghp_",     ":",
          "a: ", "-", "token ", "token:", "--password ",  "Bearer ",     "$(",        "('\""}) {
        std::string text;
        while (text.size() < 50'000)
            text += piece;
        redacted({text, "-c", text, "--x=" + text, "Authorization:", text});
    }
    EXPECT_LT(std::clock() - begin, 30 * CLOCKS_PER_SEC);
}

} // namespace
} // namespace unwedge::recording
