using PSPairChat.Dialects;
using Xunit;

namespace PSPairChat.Unit;

/// <summary>The dialect that the first message of a peer shows, and the reason that a session gives for it.</summary>
public sealed class DialectDetectorTests
{
    private const int Port = 54321;

    [Theory]
    [InlineData("54321", "", "PortGreeting", "the client sent the server's port first", null)]
    [InlineData("Chris> 54321", "", "PortGreetingDelimited", "the client sent its handle and the server's port first", "Chris")]
    [InlineData("Chris", "", "HandleExchange", "the client sent its handle first, without a terminator", "Chris")]
    [InlineData("Chris", "\0", "HandleExchange", "the client sent its handle first, without a terminator", "Chris")]
    public void Greeting_of_a_client_shows_its_dialect(string text, string terminator, string dialect, string reason, string? handle)
    {
        var result = DialectDetector.DetectClient(text, new ChatDialectSide { Terminator = terminator }, Port, isCompleted: false);
        Assert.Equal((dialect, reason, true, handle), (result.Dialect.Name, result.Reason, result.IsGreeting, result.Handle));
    }

    [Theory]
    [InlineData("Chris> hi", "\n", "Line", "the first message ends with a line feed and has a handle and '> ' before the text", "> ", "> ")]
    [InlineData("hi there", "\n", "Line", "the first message ends with a line feed", "", "> ")]
    [InlineData("Chris", "\n", "Line", "the first message ends with a line feed", "", "> ")]
    [InlineData("12345", "\n", "Line", "the first message ends with a line feed", "", "> ")]
    [InlineData("hi there", "", "BareRaw", "the first message has no terminator", "", "")]
    [InlineData("SIGQUIT", "", "BareRaw", "the first message has no terminator", "", "")]
    [InlineData("Chris: hi", "", "Raw", "the first message has no terminator and has a handle and ': ' before the text", ": ", ": ")]
    [InlineData("Chris> 12345", "", "Raw", "the first message has no terminator and has a handle and '> ' before the text", "> ", "> ")]
    [InlineData("hi there", "\0", "NullTerminated", "the first message ends with a NUL", "", "")]
    [InlineData("hi there", "\n\0", "NullTerminated", "the first message ends with a NUL", "", "")]
    [InlineData("hi there", "\n@@@", "Delimited", "the first message ends with '@@@'", "", "")]
    [InlineData("Chris", "||", "Delimited", "the first message ends with '||'", "", "")]
    public void First_message_of_a_client_shows_its_dialect(
        string text, string terminator, string dialect, string reason, string clientSeparator, string serverSeparator)
    {
        var result = DialectDetector.DetectClient(text, new ChatDialectSide { Terminator = terminator }, Port, isCompleted: false);
        Assert.Equal((dialect, reason, false, null), (result.Dialect.Name, result.Reason, result.IsGreeting, result.Handle));
        Assert.Equal((clientSeparator, serverSeparator), (result.Dialect.Client.Separator, result.Dialect.Server.Separator));
        // The server responds as the client sends, but has no line feed before a delimiter.
        Assert.Equal((terminator, terminator == "\n@@@" ? "@@@" : terminator), (result.Dialect.Client.Terminator, result.Dialect.Server.Terminator));
    }

    [Theory]
    [InlineData(0, ChatLengthPrefix.Digits, "LengthDigits", "the first message begins with its length (Digits)")]
    [InlineData(0, ChatLengthPrefix.PaddedDigits, "LengthPadded", "the first message begins with its length (PaddedDigits)")]
    [InlineData(0, ChatLengthPrefix.BigEndian16, "Length16", "the first message begins with its length (BigEndian16)")]
    [InlineData(0, ChatLengthPrefix.BigEndian32, "Length32", "the first message begins with its length (BigEndian32)")]
    [InlineData(1024, ChatLengthPrefix.None, "FixedLength", "the first message is padded to 1024 bytes")]
    public void Length_of_the_first_message_shows_the_dialect_of_a_client(int fixedLength, ChatLengthPrefix prefix, string dialect, string reason)
    {
        var framing = new ChatDialectSide { FixedLength = fixedLength, LengthPrefix = prefix, Terminator = fixedLength > 0 ? "\0" : "" };
        var result = DialectDetector.DetectClient("hi there", framing, Port, isCompleted: false);
        Assert.Equal((dialect, reason), (result.Dialect.Name, result.Reason));
        Assert.Equal((fixedLength, prefix, 0, prefix),
            (result.Dialect.Client.FixedLength, result.Dialect.Client.LengthPrefix, result.Dialect.Server.FixedLength, result.Dialect.Server.LengthPrefix));
    }

    [Fact]
    public void Client_that_cannot_send_more_sent_a_message_and_not_its_handle() =>
        Assert.Equal("BareRaw", DialectDetector.DetectClient("Chris", new ChatDialectSide(), Port, isCompleted: true).Dialect.Name);

    [Fact]
    public void Server_without_a_port_takes_no_number_for_it()
    {
        Assert.Equal("BareRaw", DialectDetector.DetectClient("0", new ChatDialectSide(), port: 0, isCompleted: true).Dialect.Name);
        Assert.Equal("Raw", DialectDetector.DetectClient("Chris> 0", new ChatDialectSide(), port: 0, isCompleted: false).Dialect.Name);
    }

    [Fact]
    public void Client_that_greets_with_the_port_in_a_line_sends_lines()
    {
        var line = DialectDetector.DetectClient("54321", new ChatDialectSide { Terminator = "\n" }, Port, isCompleted: false).Dialect;
        Assert.Equal(("PortGreeting", "\n", 0, "\n"), (line.Name, line.Client.Terminator, line.Client.FixedLength, line.Server.Terminator));
        var padded = DialectDetector.DetectClient("54321", new ChatDialectSide { Terminator = "\n", FixedLength = 513 }, Port, isCompleted: false).Dialect;
        Assert.Equal(ChatDialect.Get("PortGreeting"), padded);
    }

    [Theory]
    [InlineData("What is your name?", 0, "{handle}\n", "\n")]
    [InlineData("name:", 0, "{handle}\n", "\n")]
    [InlineData("Who are you:", 0, "{handle}\n", "\n")]
    [InlineData("your HANDLE>", 0, "{handle}\n", "\n")]
    [InlineData("nick>", 0, "{handle}\n", "\n")]
    [InlineData("Ready?", 0, "{handle}\n", "\n")]
    [InlineData("What is your name?", 256, "{handle}\n\0", "\n")]
    public void Question_of_a_server_is_answered_with_the_handle(string text, int fixedLength, string greeting, string terminator)
    {
        var result = DialectDetector.DetectGreetingServer(text, new ChatDialectSide { Terminator = "\n", FixedLength = fixedLength });
        Assert.Equal(("ServerQuestion", "the server sent a question first", true, null), (result.Dialect.Name, result.Reason, result.IsGreeting, result.Handle));
        Assert.Equal((greeting, terminator, fixedLength), (result.Dialect.Client.Greeting, result.Dialect.Client.Terminator, result.Dialect.Client.FixedLength));
    }

    [Theory]
    [InlineData("HostA> hello", "> ", "ends with a line feed and has a handle and '> ' before the text")]
    [InlineData("HostA> your name?", "> ", "ends with a line feed and has a handle and '> ' before the text")]
    [InlineData("HostA>", ">", "ends with a line feed and has a handle and '>' before the text")]
    [InlineData("Note:", "", "ends with a line feed")]
    [InlineData("a name", "", "ends with a line feed")]
    [InlineData("HostA", "", "ends with a line feed")]
    public void Other_first_line_of_a_server_is_a_message(string text, string separator, string reason)
    {
        var result = DialectDetector.DetectGreetingServer(text, new ChatDialectSide { Terminator = "\n" });
        Assert.Equal(("Line", "the server sent the first message; the first message " + reason, false, null),
            (result.Dialect.Name, result.Reason, result.IsGreeting, result.Handle));
        Assert.Equal((ChatSide.Server, separator), (result.Dialect.FirstSpeaker, result.Dialect.Server.Separator));
        Assert.Equal(separator.Length > 0 ? separator : "> ", result.Dialect.Client.Separator);
    }

    [Fact]
    public void Server_that_sends_one_word_without_a_terminator_sends_its_handle()
    {
        var result = DialectDetector.DetectGreetingServer("HostA", new ChatDialectSide());
        Assert.Equal(("ServerHandle", "the server sent its handle first, without a terminator", true, "HostA"),
            (result.Dialect.Name, result.Reason, result.IsGreeting, result.Handle));
        var framing = new ChatDialectSide { LengthPrefix = ChatLengthPrefix.Digits };
        Assert.Equal("LengthDigits", DialectDetector.DetectGreetingServer("HostA", framing).Dialect.Name);
        Assert.Equal("LengthDigits", DialectDetector.DetectGreetingServer("name?", framing).Dialect.Name);
    }

    [Theory]
    [InlineData("HostA> hi", "\n", "Line", "> ", "the first message ends with a line feed and has a handle and '> ' before the text")]
    [InlineData("hi", "\n", "Line", "", "the first message ends with a line feed")]
    [InlineData("HostA-> hi", "@@@", "Delimited", "-> ", "the first message ends with '@@@' and has a handle and '-> ' before the text")]
    [InlineData("hi", "", "BareRaw", "", "the first message has no terminator")]
    public void Response_of_a_server_changes_only_its_side(string text, string terminator, string dialect, string separator, string reason)
    {
        var result = DialectDetector.DetectRespondingServer(text, new ChatDialectSide { Terminator = terminator });
        Assert.Equal((dialect, reason, false), (result.Dialect.Name, result.Reason, result.IsGreeting));
        Assert.Equal((ChatDialect.Get("Line").Client, separator, terminator), (result.Dialect.Client, result.Dialect.Server.Separator, result.Dialect.Server.Terminator));
    }
}
