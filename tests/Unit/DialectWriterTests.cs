using System;
using System.Linq;
using PSPairChat.Dialects;
using Xunit;

namespace PSPairChat.Unit;

public sealed class DialectWriterTests
{
    [Theory]
    [InlineData("PaddedLine", 510 - 7)]
    [InlineData("HandleExchangePadded", 1023)]
    [InlineData("HandleExchangeEndMark", 501 - 4)]
    [InlineData("LengthDigits", 999 - 8)]
    [InlineData("LengthPadded", 999 - 8)]
    [InlineData("PortOpening", 512 - 7)]
    [InlineData("Length16", 65535)]
    public void What_fits_is_said_and_one_byte_more_is_refused(string dialect, int most)
    {
        Assert.Equal(most, Read(dialect, Writer(dialect).Message(new string('x', most))).Length);
        Refuses(ChatErrorReason.MessageTooLong, dialect, new string('x', most + 1));
    }

    [Fact]
    public void Bytes_count_and_not_characters_where_a_buffer_is_the_limit()
    {
        Writer("PaddedLine").Message(new string('\u00fc', 251));
        Refuses(ChatErrorReason.MessageTooLong, "PaddedLine", new string('\u00fc', 252));
    }

    [Theory]
    [InlineData("EndMark", "a@@@b")]
    [InlineData("EndMark", "look@")]
    [InlineData("HandleExchangeEndMark", "@@@")]
    public void A_message_that_would_end_early_is_refused(string dialect, string text) => Refuses(ChatErrorReason.MessageInvalid, dialect, text);

    [Theory]
    [InlineData("PortOpeningEndMark", "a|b", true)]
    [InlineData("PortOpeningEndMark", "a||b", false)]
    [InlineData("PortOpeningEndMark", "a|", false)]
    public void Only_the_end_with_the_mark_minds_it(string dialect, string text, bool serverMay)
    {
        var server = new DialectWriter(ChatDialect.Find(dialect), ChatEnd.Server, "HostA", 1);
        Assert.NotEqual(0, Writer(dialect).Message(text).Count);
        if (serverMay)
            Assert.NotEqual(0, server.Message(text).Count);
        else
            Assert.Equal(ChatErrorReason.MessageInvalid, Assert.Throws<ChatException>(() => server.Message(text)).Reason);
    }

    [Fact]
    public void A_word_that_means_to_leave_is_no_message_where_it_stands_alone()
    {
        var bare = ChatDialect.Find("BareRaw") with { Client = new ChatDialectSide { Quit = "/quit" } };
        var writer = new DialectWriter(bare, ChatEnd.Client, "Chris", 1);
        Assert.Equal(ChatErrorReason.MessageInvalid, Assert.Throws<ChatException>(() => writer.Message("/quit")).Reason);
        Assert.Equal("Chris> /quit", DialectVector.Text(Writer("PortOpeningEndMark").Message("/quit")));
    }

    [Theory]
    [InlineData(ChatEncoding.Latin1, "Gr\u00fc\u00dfe", "Gr\u00fc\u00dfe")]
    [InlineData(ChatEncoding.Latin1, "\u20ac", null)]
    [InlineData(ChatEncoding.Latin1, "\U0001F44D", null)]
    [InlineData(ChatEncoding.Ascii, "plain", "plain")]
    [InlineData(ChatEncoding.Ascii, "\u00fc", null)]
    [InlineData(ChatEncoding.Utf8, "\u00fc", "\u00c3\u00bc")]
    public void What_the_encoding_has_no_bytes_for_is_refused(ChatEncoding encoding, string text, string? bytes)
    {
        var dialect = ChatDialect.Find("BareRaw") with { Encoding = encoding };
        var writer = new DialectWriter(dialect, ChatEnd.Client, "Chris", 1);
        if (bytes is null)
        {
            Assert.Equal(ChatErrorReason.MessageInvalid, Assert.Throws<ChatException>(() => writer.Message(text)).Reason);
            return;
        }
        var frame = writer.Message(text);
        Assert.Equal(bytes, DialectVector.Text(frame));
        var reader = new DialectReader(dialect, ChatEnd.Client);
        DialectPeer.Feed(reader, frame);
        reader.EndStream();
        Assert.Equal([text], DialectPeer.Read(reader));
    }

    [Fact]
    public void A_handle_that_the_encoding_has_no_bytes_for_is_refused_before_anything_is_opened()
    {
        var options = new ChatOptions { Handle = "J\u00f6rg", Dialect = ChatDialect.Find("Raw") with { Encoding = ChatEncoding.Ascii } };
        Assert.Equal(ChatErrorReason.HandleInvalid, Assert.Throws<ChatException>(options.Validate).Reason);
        (options with { Dialect = ChatDialect.Find("Raw") with { Encoding = ChatEncoding.Latin1 } }).Validate();
    }

    [Fact]
    public void A_dialect_that_contradicts_itself_is_refused_before_anything_is_opened()
    {
        ChatDialectSide[] bad =
        [
            new() { Size = 10, Length = ChatLengthPrefix.Digits }, new() { Size = -1 }, new() { Separator = "\n" }, new() { Quit = "a\0" },
            new() { Size = 3 }, new() { Ending = "@\n@" }, new() { Ending = "t", Quit = "\\quit" },
        ];
        foreach (var side in bad)
        {
            var options = new ChatOptions { Handle = "Chris", Dialect = new ChatDialect { Name = "Mine", Server = side } };
            Assert.Equal(ChatErrorReason.DialectInvalid, Assert.Throws<ChatException>(options.Validate).Reason);
        }
    }

    [Fact]
    public void A_dialect_is_found_by_name_in_any_case_and_one_that_is_not_there_is_named()
    {
        Assert.Same(ChatDialect.Auto, ChatDialect.Find("aUtO"));
        var error = Assert.Throws<ChatException>(() => ChatDialect.Find("Klingon"));
        Assert.Equal(ChatErrorReason.DialectNotFound, error.Reason);
        Assert.Contains("Klingon", error.Message, StringComparison.Ordinal);
        Assert.Equal(ChatDialect.BuiltIn.Count, ChatDialect.BuiltIn.Select(d => d.Name).Distinct(StringComparer.OrdinalIgnoreCase).Count());
    }

    [Theory]
    [InlineData("Line", @"C Chris> test\n / S HostA> hello\n / C \quit\n")]
    [InlineData("RawClosing", @"C Chris> test / S HostA> hello / C closes")]
    [InlineData("PaddedLine", @"C Chris>test\n\0 x 500 / S hello / C \quit\n\0 x 505")]
    [InlineData("HandleExchangePadded", @"C Chris / S HostA / C test\0 x 1020 / S hello / C \quit\0 x 1019")]
    [InlineData("HandleExchangeEndMark", @"C Chris / S HostA / C test\n@@@ / S hello@@@ / C \quit\n@@@")]
    [InlineData("ServerHandle", @"S HostA / C test / S hello / C \quit")]
    [InlineData("PortOpening", @"C 54321 / S HostA> hello / C Chris> test\0 x 502 / C \quit\0 x 508")]
    [InlineData("PortOpeningEndMark", @"C Chris> 54321 / S HostA> hello|| / C Chris> test / C /quit")]
    [InlineData("LengthPadded", @"C 12xChris-> test / S 13xHostA-> hello / C 5xx\quit")]
    [InlineData("LengthDigits", @"C 012Chris> test\0 / S 013HostA> hello\0 / C closes")]
    [InlineData("Length32", @"C \0\0\0\x0bChris> test / S \0\0\0\x0cHostA> hello / C \0\0\0\x05\quit")]
    public void An_example_shows_the_bytes(string dialect, string lines) =>
        Assert.Equal(lines.Split(" / "), ChatDialect.Find(dialect).Example.Split(Environment.NewLine));

    private static DialectWriter Writer(string dialect) => new(ChatDialect.Find(dialect), ChatEnd.Client, "Chris", 1);

    private static void Refuses(ChatErrorReason reason, string dialect, string text) =>
        Assert.Equal(reason, Assert.Throws<ChatException>(() => Writer(dialect).Message(text)).Reason);

    private static string Read(string dialect, ArraySegment<byte> frame)
    {
        // The opening is not wanted here.
        var named = ChatDialect.Find(dialect);
        named = named with { Client = named.Client with { Opening = "" } };
        var reader = new DialectReader(named, ChatEnd.Client);
        DialectPeer.Feed(reader, frame);
        reader.EndStream();
        return Assert.Single(DialectPeer.Read(reader));
    }
}
