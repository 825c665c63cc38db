using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading;
using PSPairChat.Scripting;
using Xunit;

namespace PSPairChat.Unit;

public sealed class ScriptParserTests
{
    [Fact]
    public void Parse_example_of_the_help_returns_its_steps()
    {
        var script = ChatScript.Parse("""
            # talk.chat: order something
            Chris> order 12 bolts
            HostA> ok *                        wildcards as in -like

            Chris> when?
            HostA> /^in (?<days>\d+) days$/    a regular expression; later lines can use what it captures
            Chris> fine, {days} days
            Chris> \quit
            """);
        Assert.Equal([2, 3, 5, 6, 7, 8], script.Steps.Select(s => s.Line));
        Assert.Equal(["order 12 bolts", "ok *", "when?", @"/^in (?<days>\d+) days$/", "fine, {days} days", @"\quit"], script.Steps.Select(s => s.Source));
        Assert.True(script.Steps[5].IsQuit);
    }

    [Theory]
    [InlineData("Chris> two  words   and    more", "two  words   and    more")]
    [InlineData("Chris>  a space before", " a space before")]
    [InlineData("Chris> spaces behind   ", "spaces behind")]
    [InlineData("Chris> one kept` ", "one kept ")]
    [InlineData("Chris> # no comment", "# no comment")]
    [InlineData("Chris> ls | wc -> x y", "ls | wc -> x y")]
    [InlineData("Chris> a `| HostA> b", "a | HostA> b")]
    [InlineData("Chris> go `-> there", "go -> there")]
    [InlineData("Chris> `/etc/passwd", "/etc/passwd")]
    [InlineData(@"Chris> C:\temp\quit", @"C:\temp\quit")]
    [InlineData("Chris> `u{1b}[1m `u{1F600}``", "\u001b[1m \U0001F600`")]
    [InlineData("Chris> {\"a\": 1} {} { x }", "{\"a\": 1} {} { x }")]
    [InlineData("Chris> `{days} when? [a] *", "{days} when? [a] *")]
    [InlineData("Chris> {count} of {Name_2}", "12 of x")]
    [InlineData("  Chris> indented", "indented")]
    [InlineData("Chris>", "")]
    [InlineData("Chris> a | b", "a | b")]
    [InlineData("Chris> a | HostA>b", "a | HostA>b")]
    [InlineData("Chris> a | > b", "a | > b")]
    [InlineData("Chris> a | Host A> b", "a | Host A> b")]
    [InlineData("Chris> a -> b c", "a -> b c")]
    [InlineData("Chris> a -> ", "a ->")]
    [InlineData("Chris> a -> b.", "a -> b.")]
    [InlineData("Chris> text    no comment", "text    no comment")]
    [InlineData("Chris> wild*   card", "wild*   card")]
    [InlineData("Chris> wild*    comment", "wild*")]
    [InlineData("Chris> wild*\tcomment", "wild*")]
    [InlineData("Chris> [a", "[a")]
    [InlineData("Chris> []", "[]")]
    [InlineData("Chris> `u{41}`u{0}`u{D83D}`u{DE00}", "A\0\ud83d\ude00")]
    [InlineData("Chris> `u{10FFFF}", "\U0010FFFF")]
    [InlineData("Chris> {count}{count}x", "1212x")]
    [InlineData("Chris> {count", "{count")]
    [InlineData("Chris> {1count} {} {a-b}", "{1count} {} {a-b}")]
    [InlineData("Chris> \\quit now", "\\quit now")]
    public void Line_is_sent_with_its_placeholders_and_escapes_replaced(string line, string expected)
    {
        var variables = new VariableScope(new Dictionary<string, string> { ["count"] = "12", ["name_2"] = "x" });
        Assert.Equal(expected, ChatScript.Parse(line).Steps.Single().Branches.Single().Pattern.Expand(variables));
    }

    [Theory]
    [InlineData("ok", "ok", true)]
    [InlineData("ok", "OK", false)]
    [InlineData("ok", "ok.", false)]
    [InlineData("ok *", "OK 12", true)]
    [InlineData("ok *", "ok", false)]
    [InlineData("*b*", "abc", true)]
    [InlineData("a*", "a", true)]
    [InlineData("*a", "a", true)]
    [InlineData("a?", "a", false)]
    [InlineData("a*b*c", "a-b-b", false)]
    [InlineData("when?", "when!", true)]
    [InlineData("when`?", "when!", false)]
    [InlineData("[a-c]x[1!]", "Bx!", true)]
    [InlineData("[a-c]x", "cx", true)]
    [InlineData("[a-c]x", "Ax", true)]
    [InlineData("[a-c]x", "dx", false)]
    [InlineData("[a-c]x", "-x", false)]
    [InlineData("[a-]x", "-x", true)]
    [InlineData("[a-c]x", "bx", true)]
    [InlineData("[a-c]x", "`x", false)]
    [InlineData("[a-ce]x", "ex", true)]
    [InlineData("[a-ce]x", "dx", false)]
    [InlineData("[xa-c]", "x", true)]
    [InlineData("[]x", "[]x", true)]
    [InlineData("[]x*", "]x", false)]
    [InlineData("[a*", "[abc", true)]
    [InlineData("*", "", true)]
    [InlineData("**", "a", true)]
    [InlineData("?", "", false)]
    [InlineData("?", "a", true)]
    [InlineData("a*", "ba", false)]
    [InlineData("*a", "ab", false)]
    [InlineData("*ab*ab", "ababab", true)]
    [InlineData("*ab?", "abab", false)]
    [InlineData("a`*b", "a*b", true)]
    [InlineData("a`*b", "axb", false)]
    [InlineData("[-a]x", "bx", false)]
    [InlineData("[INFO] *", "[INFO] *", true)]
    [InlineData("*[*", "a[b", true)]
    [InlineData("{count}*", "12 bolts", true)]
    [InlineData("/^in \\d+/", "In 3 days", true)]
    [InlineData("/^(?-i)in/", "In 3 days", false)]
    [InlineData("/{count}\\/{count}/", "12/12", true)]
    [InlineData("/^{version}$/", "a.b", true)]
    [InlineData("/^{version}$/", "axb", false)]
    [InlineData("/^\\p{Lu}{2}$/", "AB", true)]
    [InlineData("/^x{2,3}$/", "xx", true)]
    public void Line_matches_a_received_text(string line, string text, bool matches)
    {
        var variables = new VariableScope(new Dictionary<string, string> { ["count"] = "12", ["version"] = "a.b" });
        Assert.Equal(matches, ChatScript.Parse("Chris> " + line).Steps.Single().Branches.Single().Pattern.Match(text, variables) is not null);
    }

    [Theory]
    [InlineData("", 1, 1, "empty")]
    [InlineData("# nothing\n:label\n", 1, 1, "empty")]
    [InlineData("hello", 1, 1, "Missing speaker")]
    [InlineData("Chris> a\nhello world> x", 2, 1, "Missing speaker")]
    [InlineData("Chris>a", 1, 7, "Missing space")]
    [InlineData("Chris> a`", 1, 9, "backtick")]
    [InlineData("Chris> a`n", 1, 9, "backtick")]
    [InlineData("Chris> `u{110000}", 1, 8, "backtick")]
    [InlineData("Chris> /a", 1, 8, "Missing closing slash")]
    [InlineData("Chris> //", 1, 8, "Empty")]
    [InlineData("Chris> /etc/passwd", 1, 13, "closing slash")]
    [InlineData("Chris> /(/", 1, 9, "Invalid regular expression")]
    [InlineData("Chris> a -> b", 1, 8, "label :b")]
    [InlineData(":b\nChris> a -> b", 2, 8, "below this line")]
    [InlineData(":b\nChris> a\n:b", 3, 1, "Duplicate label")]
    [InlineData("Chris> \\quit\nChris> a", 2, 1, "Only a label")]
    [InlineData("> x", 1, 1, "Missing speaker")]
    [InlineData("  Chris", 1, 3, "Missing speaker")]
    [InlineData("Chris B> x", 1, 1, "Missing speaker")]
    [InlineData(":a b", 1, 1, "Missing speaker")]
    [InlineData(":", 1, 1, "Missing speaker")]
    [InlineData(":a.b", 1, 1, "Missing speaker")]
    [InlineData("Chris> a\r\nChris>a\r\n", 2, 7, "Missing space")]
    [InlineData("Chris> `u{}", 1, 8, "hexadecimal number")]
    [InlineData("Chris> `u{g}", 1, 8, "hexadecimal number")]
    [InlineData("Chris> `u{41", 1, 8, "hexadecimal number")]
    [InlineData("Chris> `u41}", 1, 8, "hexadecimal number")]
    [InlineData("Chris> `u", 1, 8, "hexadecimal number")]
    [InlineData("Chris> `x{41}", 1, 8, "hexadecimal number")]
    [InlineData("Chris> ab `u{FFFFFFFF}", 1, 11, "hexadecimal number")]
    [InlineData("Chris> /a\\/", 1, 8, "Missing closing slash")]
    [InlineData("Chris> /a\\", 1, 8, "Missing closing slash")]
    [InlineData("Chris> /a/ b", 1, 11, "closing slash")]
    [InlineData("Chris> /a/ | b", 1, 11, "closing slash")]
    [InlineData("Chris> /a{2,1}/", 1, 9, "Invalid regular expression")]
    [InlineData("Chris> a | HostA> /[/", 1, 20, "Invalid regular expression")]
    [InlineData("Chris> a -> x | HostA> b -> y\n:x\nChris> c", 1, 24, "label :y")]
    [InlineData("Chris> a -> END\nChris> b\n:end\n:END", 4, 1, "Duplicate label")]
    public void Parse_invalid_script_throws_with_line_and_column(string text, int line, int column, string message)
    {
        var error = Assert.Throws<ChatException>(() => ChatScript.Parse(text));
        Assert.Equal(ChatErrorReason.ScriptInvalid, error.Reason);
        Assert.StartsWith($"Line {line}, column {column}: ", error.Message);
        Assert.Contains(message, error.Message);
        Assert.Equal((line, column), ((int)error.Data["Line"]!, (int)error.Data["Column"]!));
    }

    [Fact]
    public void Branches_have_separate_labels()
    {
        var script = ChatScript.Parse("""
            HostA> ok * -> done | HostA> /sorry/ -> sorry    a comment
            :sorry
            Chris> pity -> end
            :done
            Chris> thanks
            :end
            """);
        Assert.Equal([("ok *", "done"), ("/sorry/", "sorry")], script.Steps[0].Branches.Select(b => (b.Source, b.GoTo)));
        Assert.Equal((1, 2, 3), (script.FindLabel("sorry", 0), script.FindLabel("done", 0), script.FindLabel("END", 0)));
        Assert.Null(script.FindLabel("sorry", 1));
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("when? ok * [INFO] `x` {days} {\"a\": 1}")]
    [InlineData("/etc/passwd")]
    [InlineData("a | b> c")]
    [InlineData("a | HostA> b -> c")]
    [InlineData("x -> y")]
    [InlineData("ends in spaces  ")]
    [InlineData("   ")]
    [InlineData("")]
    [InlineData("? four    spaces    # and more")]
    [InlineData("# comment? :label")]
    [InlineData("\u001b[31m\0\u202egnp.exe \ufeff\u2028")]
    [InlineData("👨‍👩‍👧 é e\u0301 \u0301 ไทย ❤️")]
    [InlineData("\t tab \t")]
    [InlineData("``` `")]
    public void Formatted_line_is_parsed_to_the_same_text(string text)
    {
        var line = ScriptText.FormatLine("imaginary friend", text);
        Assert.Equal(DisplayText.Sanitize(line), line);
        Assert.DoesNotContain('\n', line);
        var branch = ChatScript.Parse(line).Steps.Single().Branches.Single();
        var variables = new VariableScope([]);
        Assert.Equal("imaginary friend", branch.Speaker);
        Assert.Empty(branch.Pattern.Placeholders);
        Assert.Equal(text, branch.Pattern.Expand(variables));
        Assert.NotNull(branch.Pattern.Match(text, variables));
        Assert.Null(branch.Pattern.Match(text + "x", variables));
    }

    [Theory]
    [InlineData(@"^in (?<days>\d+) days$", "in 3 days")]
    [InlineData(@"\A(?i)(yes|no)[.!]?\z", "yes")]
    [InlineData(@"a{3}b*c+(?:d|e){2}", "aaacdd")]
    [InlineData(@"[^a-z1A]\.\x41\u0042\p{Lu}", " .ABA")]
    [InlineData(@"[]x]\]", "x]")]
    public void Regular_expression_is_sent_as_the_shortest_text_that_it_matches(string regex, string expected)
    {
        var variables = new VariableScope(new Dictionary<string, string> { ["days"] = "3" });
        var pattern = new RegexPattern(regex, 1, 1);
        Assert.Equal(expected, pattern.Expand(variables), ignoreCase: true);
        Assert.NotNull(pattern.Match(pattern.Expand(variables), variables));
    }

    [Theory]
    [InlineData(@"(?=a)b")]
    [InlineData(@"(a)\1")]
    [InlineData(@"a(?<!a)")]
    public void Expand_unsupported_regular_expression_throws(string regex) =>
        Assert.Equal(ChatErrorReason.ScriptInvalid, Assert.Throws<ChatException>(() => new RegexPattern(regex, 1, 1).Expand(new VariableScope([]))).Reason);

    [Fact]
    public void Match_regular_expression_with_catastrophic_backtracking_throws()
    {
        var pattern = new RegexPattern("^(a+)+$", 7, 1);
        var error = Assert.Throws<ChatException>(() => pattern.Match(new string('a', 60) + "!", new VariableScope([])));
        Assert.Equal(ChatErrorReason.ExpectationFailed, error.Reason);
    }

    [Fact]
    public void Match_many_wildcards_returns()
    {
        var pattern = ChatScript.Parse("Chris> " + string.Concat(Enumerable.Repeat("*a", 200)) + "*b").Steps.Single().Branches.Single().Pattern;
        Assert.Null(pattern.Match(new string('a', 60_000), new VariableScope([])));
    }

    [Fact]
    public void Parse_long_script_line_or_regular_expression_throws_with_line_and_column()
    {
        AssertInvalid("Chris> a\nChris> " + new string('x', ScriptBuilder.MaxLineLength), 2, ScriptBuilder.MaxLineLength + 1);
        var line = "Chris> " + new string('x', 100) + "\n";
        var script = string.Concat(Enumerable.Repeat(line, ScriptBuilder.MaxCharacters / line.Length + 10));
        AssertInvalid(script, ScriptBuilder.MaxCharacters / line.Length + 1, ScriptBuilder.MaxCharacters % line.Length + 1);
        Assert.NotEmpty(ChatScript.Parse(script[..(ScriptBuilder.MaxCharacters / line.Length * line.Length)]).Steps);
        AssertInvalid("Chris> a\nHostA> /" + new string('(', 50_000) + new string(')', 50_000 / 4) + "/", 2, 1009);
        AssertInvalid("Chris> a\nHostA> /" + new string('x', 1001) + "/", 2, 1009);
        Assert.Single(ChatScript.Parse("HostA> /" + new string('x', 1000) + "/").Steps);

        static void AssertInvalid(string text, int line, int column)
        {
            var error = Assert.Throws<ChatException>(() => ChatScript.Parse(text));
            Assert.Equal(ChatErrorReason.ScriptInvalid, error.Reason);
            Assert.StartsWith($"Line {line}, column {column}: ", error.Message);
            Assert.Contains("too long", error.Message);
        }
    }

    [Theory]
    [InlineData("((((a{999}){999}){999}){999})")]
    [InlineData("(?:(?:a{300}){300})")]
    [InlineData("(?x)a#\\p")]
    public void Expand_regular_expression_with_a_long_or_unknown_text_throws(string regex)
    {
        var pattern = new RegexPattern(regex, 3, 8);
        var error = Assert.Throws<ChatException>(() => pattern.Expand(new VariableScope([])));
        Assert.StartsWith("Line 3, column 8: ", error.Message);
    }

    [Fact]
    public void Expand_deeply_nested_regular_expression_returns()
    {
        var pattern = new RegexPattern(new string('(', 499) + "a" + new string(')', 499), 1, 1);
        string? text = null;
        // The smallest stack that is common.
        var thread = new Thread(() => text = pattern.Expand(new VariableScope([])), 512 * 1024);
        thread.Start();
        thread.Join();
        Assert.Equal("a", text);
    }

    [Fact]
    public void Load_reads_UTF_8_and_UTF_16_and_rejects_other_bytes_with_the_offset()
    {
        var path = Path.GetTempFileName();
        try
        {
            foreach (var encoding in (Encoding[])[new UTF8Encoding(false), new UTF8Encoding(true), Encoding.Unicode, Encoding.BigEndianUnicode])
            {
                File.WriteAllText(path, "Chris> gr\u00fc\u00dfe", encoding);
                Assert.Equal(("Chris", "gr\u00fc\u00dfe"), (ChatScript.Load(path).Steps.Single().Branches.Single().Speaker, ChatScript.Load(path).Steps.Single().Source));
            }
            File.WriteAllBytes(path, [.. "Chris> \u00e4\nChris> gr"u8, 0xFC, 0xDF, (byte)'e']);
            var error = Assert.Throws<ChatException>(() => ChatScript.Load(path));
            Assert.Equal(ChatErrorReason.ScriptInvalid, error.Reason);
            Assert.StartsWith("Line 2, column 10: Invalid UTF-8: byte 0xFC at offset 19.", error.Message);

            File.WriteAllBytes(path, [.. Enumerable.Repeat((byte)'\n', 5_000_000)]);
            error = Assert.Throws<ChatException>(() => ChatScript.Load(path));
            Assert.StartsWith($"Line {3 * ScriptBuilder.MaxCharacters + 1}, column 1: The script is too long.", error.Message);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData("two  ")]
    [InlineData("an em space\u2003")]
    [InlineData("no break\u00a0 ")]
    public void FormatLine_escapes_white_space_at_the_end(string text) =>
        Assert.Equal(text, ChatScript.Parse(ScriptText.FormatLine("Chris", text)).Steps.Single().Branches.Single().Pattern.Expand(new VariableScope([])));

    [Theory]
    [InlineData("x | y", "x `| y")]
    [InlineData("x |y", "x |y")]
    [InlineData("x| y", "x| y")]
    [InlineData("|| y", "|| y")]
    [InlineData("x |", "x |")]
    [InlineData("x -> y", "x `-> y")]
    [InlineData("x->y -", "x->y -")]
    [InlineData("/a/", "`/a/")]
    [InlineData("{az} {AZ} {_09} {0} {a-b}", "`{az} `{AZ} `{_09} {0} {a-b}")]
    [InlineData("a\u0001\U000E0041", "a`u{1}`u{e0041}")]
    public void FormatLine_escapes_only_what_a_script_does_not_read_literally(string text, string expected) =>
        Assert.Equal("Chris> " + expected, ScriptText.FormatLine("Chris", text));

    [Fact]
    public void Variable_has_letters_digits_and_underscores_and_does_not_begin_with_a_digit() =>
        Assert.Equal(["az", "AZ", "_09", "a"],
            ChatScript.Parse("Chris> {az}{AZ}{_09}{0a}{a}{@}{[}{`}{{}{a/}{a:}").Steps.Single().Branches.Single().Pattern.Placeholders.Select(p => p.Name));

    [Theory]
    [InlineData("Ch`>ris> x", "Ch>ris")]
    [InlineData("a` b> x", "a b")]
    [InlineData("`#a> x", "#a")]
    [InlineData("`:a> x", ":a")]
    [InlineData("`u{1F600}> x", "\U0001F600")]
    public void Speaker_can_have_escaped_characters(string line, string speaker) => Assert.Equal(speaker, ChatScript.Parse(line).Steps.Single().Branches.Single().Speaker);

    [Fact]
    public void Comments_empty_lines_and_labels_are_no_steps()
    {
        var script = ChatScript.Parse("\r\n  # comment\r\n \t \nChris> a -> end-1_x    comment\n\n#\n  :end-1_x  \nChris> b");
        Assert.Equal([(4, "a", "end-1_x"), (8, "b", null)], script.Steps.Select(s => (s.Line, s.Branches[0].Source, s.Branches[0].GoTo)));
        Assert.Equal(1, script.FindLabel("End-1_X", 0));
        Assert.Null(script.FindLabel("none", 0));
        Assert.Equal(["Chris> a -> end-1_x    comment", "Chris> b"], script.Steps.Select(s => s.Text));
    }

    [Fact]
    public void Line_can_follow_one_that_may_quit()
    {
        var script = ChatScript.Parse("HostA> bye | HostA> \\quit\nChris> x\u001b");
        Assert.Equal(("bye | \\quit", false, "2: Chris> x\u241b"), (script.Steps[0].Source, script.Steps[0].IsQuit, script.Steps[1].ToString()));
    }

    [Fact]
    public void Line_of_the_maximum_length_is_parsed() =>
        Assert.Single(ChatScript.Parse("Chris> " + new string('x', ScriptBuilder.MaxLineLength - 7) + "\n").Steps);

    [Fact]
    public void Branches_of_a_line_have_their_speakers_columns_and_texts()
    {
        var branches = ChatScript.Parse("HostA> yes * | Host`>B> /no/ | HostC> \\quit | HostD>").Steps.Single().Branches;
        Assert.Equal([("HostA", 8, "yes *", false), ("Host>B", 25, "/no/", false), ("HostC", 39, @"\quit", true), ("HostD", 53, "", false)],
            branches.Select(b => (b.Speaker, b.Column, b.Source, b.IsQuit)));
    }

    [Fact]
    public void Builder_adds_texts_literally_except_for_wildcards_escapes_and_regular_expressions()
    {
        var builder = new ScriptBuilder();
        Assert.Equal(1, builder.NextLine);
        builder.AddLines("Chris> a\n\n");
        Assert.Equal(4, builder.NextLine);
        builder.Add(isOwn: true, null, ["a | HostA> b -> c    d  "]);
        builder.AddLabel("end");
        builder.Add(isOwn: false, "HostA", ["ok *", "/no/", @"\quit"], goTo: "last", timeout: System.TimeSpan.FromSeconds(2));
        builder.AddLabel("last");
        Assert.Equal(8, builder.NextLine);
        builder.Add(isOwn: true, null, ["end"]);
        var steps = builder.Build().Steps;
        var variables = new VariableScope([]);
        Assert.Equal([1, 4, 6, 8], steps.Select(s => s.Line));
        Assert.Equal("a | HostA> b -> c    d  ", steps[1].Branches.Single().Pattern.Expand(variables));
        Assert.Equal(("ok * | /no/ | \\quit", false, System.TimeSpan.FromSeconds(2)), (steps[2].Text, steps[2].IsOwn!.Value, steps[2].Timeout!.Value));
        Assert.Equal([("HostA", "ok *", "last"), ("HostA", "/no/", "last"), ("HostA", @"\quit", "last")], steps[2].Branches.Select(b => (b.Speaker, b.Source, b.GoTo)));
        Assert.StartsWith("Line 9, column 1: Duplicate label :END", Assert.Throws<ChatException>(() => builder.AddLabel("END")).Message);
        Assert.StartsWith("Line 10, column 5: Unexpected text", Assert.Throws<ChatException>(() => builder.Add(true, null, ["/no/ x"])).Message);
        Assert.Contains("too long", Assert.Throws<ChatException>(() => builder.Add(true, null, [new string('x', ScriptBuilder.MaxCharacters)])).Message);
    }

    [Theory]
    [InlineData("a*b", "axb", true)]
    [InlineData("a`*b", "a*b", true)]
    [InlineData("a`*b", "axb", false)]
    [InlineData("a`", "a`", true)]
    [InlineData("[a-c]?", "bx", true)]
    [InlineData("[a-c]?", "b", false)]
    [InlineData("chris", "CHRIS", true)]
    [InlineData("", "", true)]
    [InlineData("", "a", false)]
    public void Wildcard_pattern_is_parsed_as_PowerShell_does(string pattern, string text, bool expected) => Assert.Equal(expected, Wildcard.Parse(pattern).IsMatch(text));

    [Theory]
    [InlineData("a|b|c", "a")]
    [InlineData("(a|b)|c", "a")]
    [InlineData("a?b*c+d", "cd")]
    [InlineData("a??b*?c+?d", "cd")]
    [InlineData("a{0}b{2,}c{1,3}", "bbc")]
    [InlineData("a{,2}", "a{,2}")]
    [InlineData("x{2}?y", "xxy")]
    [InlineData("(?:ab){2}", "abab")]
    [InlineData("(?>ab)", "ab")]
    [InlineData("(?i:ab)", "ab")]
    [InlineData("(?-i)ab", "ab")]
    [InlineData("(?'x'ab)", "ab")]
    [InlineData(@"^\bab\b$", "ab")]
    [InlineData(@"\Aab\Z", "ab")]
    [InlineData(@"\Gab\z", "ab")]
    [InlineData(@"a\Bb", "ab")]
    [InlineData(@"\d\D\s\w", "1a 1")]
    [InlineData(@".\.", "1.")]
    [InlineData(@"\x41\u0042\tc", "AB\tc")]
    [InlineData(@"\cI", "\t")]
    [InlineData(@"\p{Lu}\P{L}", "a1")]
    [InlineData("[b-d][^1]", "ba")]
    [InlineData("[]]", "]")]
    [InlineData(@"[\]]", "]")]
    [InlineData("[b-d-[b]]", "c")]
    [InlineData("", "")]
    [InlineData("(?<days>x)(?<DAYS>x)", "33")]
    [InlineData("(x)(?<other>y)", "xy")]
    public void Example_of_a_regular_expression_is_its_first_and_shortest_text(string regex, string expected)
    {
        var variables = new VariableScope(new Dictionary<string, string> { ["days"] = "3" });
        Assert.Equal(expected, RegexExampleGenerator.Generate(regex, variables), ignoreCase: true);
    }

    [Theory]
    [InlineData("(?=a)")]
    [InlineData("(?!a)")]
    [InlineData("(?<=a)")]
    [InlineData("(?<!a)")]
    [InlineData(@"(a)\1")]
    [InlineData(@"(?<n>a)\k<n>")]
    [InlineData("[\u0600-\u0601]")]
    [InlineData("(?#comment)")]
    public void Regular_expression_has_no_example(string regex) => Assert.Null(RegexExampleGenerator.Generate(regex, new VariableScope([])));

    [Fact]
    public void Example_has_at_most_65536_characters()
    {
        var variables = new VariableScope([]);
        Assert.Equal(65536, RegexExampleGenerator.Generate("(a{256}){256}", variables)?.Length);
        Assert.Null(RegexExampleGenerator.Generate("(a{256}){256}b", variables));
    }

    [Fact]
    public void Match_sets_the_named_groups_that_took_part()
    {
        var pattern = new RegexPattern(@"(?<a>x)|(?<b>y)|(z)", 1, 1);
        Assert.Equal(["a", "b"], pattern.Captures);
        var captures = pattern.Match("1Y", new VariableScope([]));
        Assert.Equal([KeyValuePair.Create("b", "Y")], captures!);
        Assert.Empty(new RegexPattern("z", 1, 1).Match("z", new VariableScope([]))!);
        Assert.Null(pattern.Match("q", new VariableScope([])));
    }

    [Fact]
    public void Placeholders_in_a_regular_expression_have_their_columns()
    {
        var script = ChatScript.Parse(@"Chris> /\{a}\p{L}{b}{c}x{2}/");
        Assert.Equal(["b", "c"], script.Steps[0].Branches[0].Pattern.Placeholders.Select(p => p.Name));
        var variables = new VariableScope(new Dictionary<string, string> { ["b"] = "+" });
        var error = Assert.Throws<ChatException>(() => script.Steps[0].Branches[0].Pattern.Expand(variables));
        Assert.StartsWith("Line 1, column 21: ", error.Message);
        variables.Set("C", "[");
        Assert.Equal("{a}a+[xx", script.Steps[0].Branches[0].Pattern.Expand(variables));
    }
}
