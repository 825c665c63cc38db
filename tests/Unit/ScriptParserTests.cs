using System.Collections.Generic;
using System.Linq;
using PSPairChat.Scripting;
using Xunit;

namespace PSPairChat.Unit;

public sealed class ScriptParserTests
{
    [Fact]
    public void The_file_of_the_help_is_read_as_it_stands()
    {
        var script = ChatScript.Parse("""
            # talk.chat: order something
            Chris> order 12 bolts
            HostA> ok *                        wildcards as in -like

            Chris> when?
            HostA> /^in (?<days>\d+) days$/    a regular expression; what it captures can be used below
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
    public void A_line_of_ours_is_said_as_it_stands(string line, string said)
    {
        var values = new VariableScope(new Dictionary<string, string> { ["count"] = "12", ["name_2"] = "x" });
        Assert.Equal(said, ChatScript.Parse(line).Steps.Single().Branches.Single().Pattern.Expand(values));
    }

    [Theory]
    [InlineData("ok", "ok", true)]
    [InlineData("ok", "OK", false)]
    [InlineData("ok", "ok.", false)]
    [InlineData("ok *", "OK 12", true)]
    [InlineData("ok *", "ok", false)]
    [InlineData("*b*", "abc", true)]
    [InlineData("a*b*c", "a-b-b", false)]
    [InlineData("when?", "when!", true)]
    [InlineData("when`?", "when!", false)]
    [InlineData("[a-c]x[1!]", "Bx!", true)]
    [InlineData("[a-c]x", "dx", false)]
    [InlineData("[INFO] *", "[INFO] *", true)]
    [InlineData("*[*", "a[b", true)]
    [InlineData("{count}*", "12 bolts", true)]
    [InlineData("/^in \\d+/", "In 3 days", true)]
    [InlineData("/^(?-i)in/", "In 3 days", false)]
    [InlineData("/{count}\\/{count}/", "12/12", true)]
    [InlineData("/^\\p{Lu}{2}$/", "AB", true)]
    [InlineData("/^x{2,3}$/", "xx", true)]
    public void A_line_of_another_is_expected(string line, string heard, bool matches)
    {
        var values = new VariableScope(new Dictionary<string, string> { ["count"] = "12" });
        Assert.Equal(matches, ChatScript.Parse("Chris> " + line).Steps.Single().Branches.Single().Pattern.Match(heard, values) is not null);
    }

    [Theory]
    [InlineData("hello", 1, 1, "who speaks")]
    [InlineData("Chris> a\nhello world> x", 2, 1, "who speaks")]
    [InlineData("Chris>a", 1, 7, "stands a space")]
    [InlineData("Chris> a`", 1, 9, "backtick")]
    [InlineData("Chris> a`n", 1, 9, "backtick")]
    [InlineData("Chris> `u{110000}", 1, 8, "backtick")]
    [InlineData("Chris> /a", 1, 8, "ends with a slash")]
    [InlineData("Chris> //", 1, 8, "empty")]
    [InlineData("Chris> /etc/passwd", 1, 13, "closing slash")]
    [InlineData("Chris> /(/", 1, 9, "no regular expression")]
    [InlineData("Chris> a -> b", 1, 8, "label :b")]
    [InlineData(":b\nChris> a -> b", 2, 8, "only goes forward")]
    [InlineData(":b\nChris> a\n:b", 3, 1, "stands above already")]
    [InlineData("Chris> \\quit\nChris> a", 2, 1, "Nothing follows")]
    public void What_cannot_be_read_is_refused_with_its_place(string text, int line, int column, string why)
    {
        var refusal = Assert.Throws<ChatException>(() => ChatScript.Parse(text));
        Assert.Equal(ChatErrorReason.ScriptInvalid, refusal.Reason);
        Assert.StartsWith($"Line {line}, column {column}: ", refusal.Message);
        Assert.Contains(why, refusal.Message);
        Assert.Equal((line, column), ((int)refusal.Data["Line"]!, (int)refusal.Data["Column"]!));
    }

    [Fact]
    public void Alternatives_have_labels_of_their_own()
    {
        var script = ChatScript.Parse("""
            HostA> ok * -> done | HostA> /sorry/ -> sorry    a remark
            :sorry
            Chris> pity -> end
            :done
            Chris> thanks
            :end
            """);
        Assert.Equal([("ok *", "done"), ("/sorry/", "sorry")], script.Steps[0].Branches.Select(a => (a.Source, a.GoTo)));
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
    public void A_recorded_line_reads_back_as_exactly_what_was_said(string text)
    {
        var line = ScriptText.Line("imaginary friend", text);
        Assert.Equal(DisplayText.Sanitize(line), line);
        Assert.DoesNotContain('\n', line);
        var alternative = ChatScript.Parse(line).Steps.Single().Branches.Single();
        var values = new VariableScope([]);
        Assert.Equal("imaginary friend", alternative.Speaker);
        Assert.Empty(alternative.Pattern.Placeholders);
        Assert.Equal(text, alternative.Pattern.Expand(values));
        Assert.NotNull(alternative.Pattern.Match(text, values));
        Assert.Null(alternative.Pattern.Match(text + "x", values));
    }

    [Theory]
    [InlineData(@"^in (?<days>\d+) days$", "in 3 days")]
    [InlineData(@"\A(?i)(yes|no)[.!]?\z", "yes")]
    [InlineData(@"a{3}b*c+(?:d|e){2}", "aaacdd")]
    [InlineData(@"[^a-z1A]\.\x41\u0042\p{Lu}", " .ABA")]
    [InlineData(@"[]x]\]", "x]")]
    public void A_regular_expression_of_ours_is_said_as_the_shortest_text_that_it_matches(string regex, string said)
    {
        var values = new VariableScope(new Dictionary<string, string> { ["days"] = "3" });
        var pattern = new RegexPattern(regex, 1, 1);
        Assert.Equal(said, pattern.Expand(values), ignoreCase: true);
        Assert.NotNull(pattern.Match(pattern.Expand(values), values));
    }

    [Theory]
    [InlineData(@"(?=a)b")]
    [InlineData(@"(a)\1")]
    [InlineData(@"a(?<!a)")]
    public void A_regular_expression_that_cannot_be_said_is_refused(string regex) =>
        Assert.Equal(ChatErrorReason.ScriptInvalid, Assert.Throws<ChatException>(() => new RegexPattern(regex, 1, 1).Expand(new VariableScope([]))).Reason);

    [Fact]
    public void A_regular_expression_that_would_never_end_is_given_up()
    {
        var pattern = new RegexPattern("^(a+)+$", 7, 1);
        var refusal = Assert.Throws<ChatException>(() => pattern.Match(new string('a', 60) + "!", new VariableScope([])));
        Assert.Equal(ChatErrorReason.ExpectationFailed, refusal.Reason);
    }

    [Fact]
    public void Wildcards_cannot_be_made_to_hang()
    {
        var pattern = ChatScript.Parse("Chris> " + string.Concat(Enumerable.Repeat("*a", 200)) + "*b").Steps.Single().Branches.Single().Pattern;
        Assert.Null(pattern.Match(new string('a', 60_000), new VariableScope([])));
    }
}
