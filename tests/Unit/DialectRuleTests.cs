using System;
using System.Linq;
using System.Text;
using PSPairChat.Dialects;
using Xunit;

namespace PSPairChat.Unit;

/// <summary>The pure rules of dialects: handles, quit commands, length fields, searches in bytes, and examples.</summary>
public sealed class DialectRuleTests
{
    [Theory]
    [InlineData("Chris> test", "Chris", "> ")]
    [InlineData("Chris>test", "Chris", ">")]
    [InlineData("Chris>", "Chris", ">")]
    [InlineData("Chris> ", "Chris", "> ")]
    [InlineData("Chris-> test", "Chris", "-> ")]
    [InlineData("Chris->test", "Chris", "->")]
    [InlineData("-> test", "-", "> ")]
    [InlineData("a-> b", "a", "-> ")]
    [InlineData("a>> b", "a", ">")]
    [InlineData("Note: buy milk", "Note", ": ")]
    [InlineData("0123456789: x", "0123456789", ": ")]
    [InlineData("a:b> c", "a:b", "> ")]
    [InlineData("> test", null, null)]
    [InlineData("a b> c", null, null)]
    [InlineData("a\tb> c", null, null)]
    [InlineData("Note:buy", null, null)]
    [InlineData("Note:", null, null)]
    [InlineData(": x", null, null)]
    [InlineData("01234567890: x", null, null)]
    [InlineData("a/b: x", null, null)]
    [InlineData("test", null, null)]
    [InlineData("", null, null)]
    public void Handle_before_a_text_is_found(string line, string? handle, string? separator)
    {
        var prefix = HandlePrefix.Find(line);
        Assert.Equal((handle, separator), (prefix?.Handle, prefix?.MatchedSeparator));
        Assert.Equal(handle is null ? null : handle.Length + separator!.Length, prefix?.Length);
    }

    [Fact]
    public void Handle_has_at_most_64_characters()
    {
        Assert.Equal(64, HandlePrefix.Find(new string('x', 64) + "> a")?.Handle.Length);
        Assert.Null(HandlePrefix.Find(new string('x', 65) + "> a"));
        Assert.Equal(64, HandlePrefix.Find(new string('x', 64) + " says ", " says ")?.Handle.Length);
        Assert.Null(HandlePrefix.Find(new string('x', 65) + " says ", " says "));
    }

    [Theory]
    [InlineData("Chris says hi", " says ", "Chris", " says ")]
    [InlineData("Chris B says hi", " says ", "Chris B", " says ")]
    [InlineData(" says hi", " says ", null, null)]
    [InlineData("Chris> hi", " says ", "Chris", "> ")]
    [InlineData("Chris B> hi", "> ", null, null)]
    [InlineData("Chris B>hi", ">", null, null)]
    [InlineData("Chris B: hi", ": ", null, null)]
    [InlineData("Chris B-> hi", "-> ", "Chris B", "-> ")]
    public void Handle_before_a_known_separator_is_found(string line, string known, string? handle, string? separator)
    {
        var prefix = HandlePrefix.Find(line, known);
        Assert.Equal((handle, separator), (prefix?.Handle, prefix?.MatchedSeparator));
    }

    [Theory]
    [InlineData("Chris B> hi", "> ")]
    [InlineData("Chris B>hi", ">")]
    [InlineData("Chris B-> hi", "-> ")]
    [InlineData("Chris B->hi", "->")]
    [InlineData("Chris B: hi", ": ")]
    [InlineData("Chris B:hi", null)]
    [InlineData("Chris B", null)]
    [InlineData("Chris> hi", null)]
    [InlineData("chris b> hi", null)]
    public void Known_handle_is_found_with_any_separator(string line, string? separator)
    {
        var prefix = HandlePrefix.FindAfter("Chris B", line);
        Assert.Equal((separator is null ? null : "Chris B", separator), (prefix?.Handle, prefix?.MatchedSeparator));
    }

    [Theory]
    [InlineData("\\quit", true, true, true)]
    [InlineData("\\quit\r\n", true, true, true)]
    [InlineData("/quit", true, false, true)]
    [InlineData("SIGQUIT  ", true, false, true)]
    [InlineData("bye", false, false, true)]
    [InlineData("Bye", false, false, false)]
    [InlineData("\\QUIT", false, false, false)]
    [InlineData(" \\quit", false, false, false)]
    [InlineData("\\quit now", false, false, false)]
    [InlineData("by", false, false, false)]
    [InlineData("\\quit           ", true, true, true)]
    [InlineData("\\quit            ", false, false, false)]
    [InlineData("", false, false, false)]
    public void Quit_commands_depend_on_the_handle_before_them(string text, bool alone, bool withPrefix, bool withoutExpectedPrefix)
    {
        Assert.Equal(alone, QuitCommands.IsQuit(text));
        Assert.Equal(withPrefix, QuitCommands.IsQuit(text, hasPrefix: true));
        Assert.Equal(withPrefix, QuitCommands.IsQuit(text, hasPrefix: true, expectsPrefix: true));
        Assert.Equal(withoutExpectedPrefix, QuitCommands.IsQuit(text, expectsPrefix: true));
    }

    [Theory]
    [InlineData(ChatLengthPrefix.Digits, 7, "007")]
    [InlineData(ChatLengthPrefix.Digits, 999, "999")]
    [InlineData(ChatLengthPrefix.Digits, 1000, null)]
    [InlineData(ChatLengthPrefix.PaddedDigits, 7, "7xx")]
    [InlineData(ChatLengthPrefix.PaddedDigits, 12, "12x")]
    [InlineData(ChatLengthPrefix.PaddedDigits, 999, "999")]
    [InlineData(ChatLengthPrefix.PaddedDigits, 1000, null)]
    [InlineData(ChatLengthPrefix.BigEndian16, 258, "\u0001\u0002")]
    [InlineData(ChatLengthPrefix.BigEndian16, 65535, "\u00ff\u00ff")]
    [InlineData(ChatLengthPrefix.BigEndian16, 65536, null)]
    [InlineData(ChatLengthPrefix.BigEndian32, 66051, "\0\u0001\u0002\u0003")]
    public void Length_field_is_written_before_the_message_and_read(ChatLengthPrefix kind, int length, string? field)
    {
        var size = LengthFieldCodec.GetSize(kind);
        var bytes = new byte[1 + size + length];
        Assert.Equal(field is not null, LengthFieldCodec.TryWrite(kind, ChatEncoding.Ascii, bytes, 1 + size, bytes.Length));
        if (field is null)
            return;
        Assert.Equal(field, Encoding.Latin1.GetString(bytes, 1, size));
        Assert.Equal(length, LengthFieldCodec.Read(kind, bytes, 1));
        Assert.Equal(0, bytes[0]);
    }

    [Theory]
    [InlineData(ChatLengthPrefix.Digits, "12x", -1)]
    [InlineData(ChatLengthPrefix.Digits, "1/2", -1)]
    [InlineData(ChatLengthPrefix.Digits, "1:2", -1)]
    [InlineData(ChatLengthPrefix.Digits, "000", 0)]
    [InlineData(ChatLengthPrefix.PaddedDigits, "12x", 12)]
    [InlineData(ChatLengthPrefix.PaddedDigits, "1x2", -1)]
    [InlineData(ChatLengthPrefix.PaddedDigits, "xxx", -1)]
    [InlineData(ChatLengthPrefix.PaddedDigits, "1y ", -1)]
    [InlineData(ChatLengthPrefix.BigEndian32, "\u0080\0\0\0", int.MaxValue)]
    [InlineData(ChatLengthPrefix.BigEndian32, "\u007f\u00ff\u00ff\u00ff", int.MaxValue)]
    [InlineData(ChatLengthPrefix.BigEndian32, "\u0001\u0002\u0003\u0004", 16909060)]
    public void Length_field_is_read_or_is_not_valid(ChatLengthPrefix kind, string field, int length) =>
        Assert.Equal(length, LengthFieldCodec.Read(kind, Encoding.Latin1.GetBytes("#" + field + "9"), 1));

    [Theory]
    [InlineData(ChatLengthPrefix.PaddedDigits, ChatEncoding.Utf8, 3, 7)]
    [InlineData(ChatLengthPrefix.PaddedDigits, ChatEncoding.Utf8, 4, 11)]
    [InlineData(ChatLengthPrefix.PaddedDigits, ChatEncoding.Utf8, 5, 12)]
    [InlineData(ChatLengthPrefix.PaddedDigits, ChatEncoding.Utf8, 6, -1)]
    [InlineData(ChatLengthPrefix.PaddedDigits, ChatEncoding.Utf8, 0, 1)]
    [InlineData(ChatLengthPrefix.PaddedDigits, ChatEncoding.Ascii, 3, 4)]
    [InlineData(ChatLengthPrefix.Digits, ChatEncoding.Utf8, 11, 12)]
    [InlineData(ChatLengthPrefix.Digits, ChatEncoding.Utf8, 12, -1)]
    public void Padded_length_counts_characters(ChatLengthPrefix kind, ChatEncoding encoding, int length, int end)
    {
        // Characters of 1, 2, 3, 4 and 1 bytes.
        var buffer = CreateBuffer([(byte)'#', .. Encoding.UTF8.GetBytes("a\u00e9\u20ac\U0001F600b")]);
        Assert.Equal(12, buffer.Count);
        Assert.Equal(end, LengthFieldCodec.FindEnd(kind, encoding, buffer, 1, length));
    }

    [Fact]
    public void Padded_length_does_not_end_within_a_character()
    {
        var buffer = CreateBuffer([(byte)'a', 0xC3]);
        Assert.Equal(-1, LengthFieldCodec.FindEnd(ChatLengthPrefix.PaddedDigits, ChatEncoding.Utf8, buffer, 0, 2));
    }

    [Theory]
    [InlineData("abcabd", "abd", 0, 6, 3)]
    [InlineData("abcabd", "abc", 0, 6, 0)]
    [InlineData("abcabd", "abc", 1, 6, -1)]
    [InlineData("abcabd", "abd", 0, 5, -1)]
    [InlineData("aab", "ab", 0, 3, 1)]
    [InlineData("ab", "abc", 0, 2, -1)]
    [InlineData("xxa", "ab", 0, 3, -1)]
    [InlineData("", "a", 0, 0, -1)]
    public void Sequence_is_found_between_two_indexes(string bytes, string sequence, int start, int end, int index) =>
        Assert.Equal(index, ByteSearch.IndexOf(Encoding.ASCII.GetBytes(bytes), Encoding.ASCII.GetBytes(sequence), start, end));

    [Fact]
    public void Buffer_keeps_unread_bytes_while_it_grows_and_moves()
    {
        var buffer = new ReceiveBuffer();
        var random = new Random(1);
        int received = 0, read = 0;
        while (received < 1_000_000)
        {
            var space = buffer.GetBuffer();
            Assert.True(space.Count > 0);
            var count = random.Next(1, space.Count + 1);
            for (var i = 0; i < count; i++)
                space.Array![space.Offset + i] = (byte)(received + i);
            buffer.Advance(count);
            received += count;
            Assert.Equal(received - read, buffer.Count);
            for (var n = random.Next(buffer.Count + 1); n > 0; n--, read++)
            {
                Assert.Equal((byte)read, buffer[0]);
                buffer.Consume(1);
            }
        }
    }

    [Fact]
    public void Buffer_searches_from_the_first_unread_byte()
    {
        var buffer = CreateBuffer(Encoding.ASCII.GetBytes("ab--ab--"));
        buffer.Consume(1);
        Assert.Equal((0, 4, -1), (buffer.IndexOf((byte)'b'), buffer.IndexOf((byte)'b', 1), buffer.IndexOf((byte)'b', 1, 4)));
        Assert.Equal((1, 5, -1), (buffer.IndexOf("--"u8.ToArray(), 0), buffer.IndexOf("--"u8.ToArray(), 2), buffer.IndexOf("-a-"u8.ToArray(), 0)));
        Assert.Equal("-ab"u8.ToArray(), buffer.GetSegment(2, 3).ToArray());
        var copy = buffer.Clone();
        buffer.Move(3, 0, 2);
        Assert.Equal("ab-ab--"u8.ToArray(), buffer.GetSegment(0, buffer.Count).ToArray());
        Assert.Equal("b--ab--"u8.ToArray(), copy.GetSegment(0, copy.Count).ToArray());
    }

    [Fact]
    public void Buffer_is_idle_until_the_next_bytes_and_completed_for_good()
    {
        var buffer = new ReceiveBuffer();
        Assert.False(buffer.IsIdle);
        buffer.OnIdle();
        Assert.Equal((true, false), (buffer.IsIdle, buffer.IsCompleted));
        buffer.GetBuffer();
        buffer.Advance(1);
        Assert.False(buffer.IsIdle);
        buffer.Complete();
        buffer.Advance(0);
        Assert.Equal((true, true), (buffer.IsIdle, buffer.IsCompleted));
    }

    [Theory]
    [InlineData("{handle}:{port}", "Chris:54321")]
    [InlineData("{handle}{handle}", "ChrisChris")]
    [InlineData("{name}", "{name}")]
    [InlineData("plain", "plain")]
    [InlineData("", "")]
    public void Template_is_expanded(string template, string expected) => Assert.Equal(expected, DialectText.ExpandTemplate(template, "Chris", 54321));

    [Theory]
    [InlineData(ChatEncoding.Utf8, 5)]
    [InlineData(ChatEncoding.Latin1, 11)]
    [InlineData(ChatEncoding.Ascii, 11)]
    public void Characters_are_counted_in_the_encoding(ChatEncoding encoding, int expected) =>
        Assert.Equal(expected, DialectText.CountCharacters(Encoding.UTF8.GetBytes("#a\u00e9\u20ac\U0001F600b#"), 1, 12, encoding));

    [Fact]
    public void Encodings_are_strict_for_what_is_sent()
    {
        Assert.Equal(new byte[] { 0xE9 }, DialectText.GetEncoding(ChatEncoding.Latin1).GetBytes("\u00e9"));
        Assert.Throws<EncoderFallbackException>(() => DialectText.GetEncoding(ChatEncoding.Latin1).GetBytes("\u20ac"));
        Assert.Throws<EncoderFallbackException>(() => DialectText.GetEncoding(ChatEncoding.Ascii).GetBytes("\u00e9"));
        Assert.Equal("a\ufffd", DialectText.GetEncoding(ChatEncoding.Ascii).GetString([97, 0xE9]));
    }

    [Theory]
    [InlineData(new byte[] { 32, 126, 31, 127, 10, 13, 255 }, @" ~\x1f\x7f\n\x0d\xff")]
    [InlineData(new byte[] { 97, 0, 0, 0 }, @"a\0\0\0")]
    [InlineData(new byte[] { 97, 0, 0, 0, 0 }, @"a\0 x 4")]
    [InlineData(new byte[] { 0, 0, 0, 0, 97 }, @"\0\0\0\0a")]
    public void Bytes_are_displayed_as_text(byte[] bytes, string expected) => Assert.Equal(expected, DialectExample.Format(new ArraySegment<byte>(bytes)));

    [Theory]
    [InlineData("Line", "C Chris> test\\n|S HostA> hello\\n|C \\quit\\n")]
    [InlineData("BareRaw", null)]
    public void Example_is_a_short_conversation(string name, string? expected)
    {
        var lines = DialectExample.Create(ChatDialect.Get(name)).Split(Environment.NewLine);
        if (expected is not null)
            Assert.Equal(expected.Split('|'), lines);
        Assert.All(lines, line => Assert.Matches("^[CS] ", line));
    }

    [Fact]
    public void Every_dialect_has_an_example_in_the_order_of_its_speakers()
    {
        foreach (var dialect in ChatDialect.BuiltIn.Where(d => !d.IsAuto))
        {
            var example = DialectExample.Create(dialect);
            int test = example.IndexOf("test", StringComparison.Ordinal), hello = example.IndexOf("hello", StringComparison.Ordinal);
            Assert.True(dialect.FirstSpeaker == ChatSide.Client ? test >= 0 && test < hello : hello >= 0 && hello < test, $"{dialect.Name}:\n{example}");
            Assert.Equal(example.TrimEnd(), example);
            if (dialect.GetSide(dialect.GreetsFirst).Greeting.Length > 0)
                Assert.StartsWith(dialect.GreetsFirst == ChatSide.Client ? "C " : "S ", example, StringComparison.Ordinal);
        }
    }

    public static TheoryData<ChatDialectSide, string> InvalidSides => new()
    {
        { new ChatDialectSide { FixedLength = -1 }, "The {0} has a negative length or limit." },
        { new ChatDialectSide { MaxBytes = -1 }, "The {0} has a negative length or limit." },
        { new ChatDialectSide { MaxCharacters = -1 }, "The {0} has a negative length or limit." },
        { new ChatDialectSide { Separator = "\n>" }, "The separator and the quit command of the {0} must not contain a line feed or a NUL." },
        { new ChatDialectSide { QuitCommand = "\nquit" }, "The separator and the quit command of the {0} must not contain a line feed or a NUL." },
        { new ChatDialectSide { QuitCommand = "quit\0" }, "The separator and the quit command of the {0} must not contain a line feed or a NUL." },
        {
            new ChatDialectSide { FixedLength = 1, LengthPrefix = ChatLengthPrefix.Digits },
            "The {0} cannot have both a fixed length and a length prefix."
        },
        { new ChatDialectSide { Terminator = "@\n@" }, "The terminator of the {0} has a line break between other characters." },
        { new ChatDialectSide { Terminator = "\n@\r@\n" }, "The terminator of the {0} has a line break between other characters." },
    };

    [Theory]
    [MemberData(nameof(InvalidSides))]
    public void Invalid_side_of_a_dialect_is_rejected_with_the_reason(ChatDialectSide side, string reason)
    {
        foreach (var (invalid, name) in ((ChatSide, string)[])[(ChatSide.Client, "client"), (ChatSide.Server, "server")])
        {
            var error = Assert.Throws<ChatException>((ChatDialect.Get("Line") with { Name = "Mine" }).WithSide(invalid, side).Validate);
            Assert.Equal((ChatErrorReason.DialectInvalid, "Invalid dialect 'Mine'. " + reason.Replace("{0}", name, StringComparison.Ordinal)),
                (error.Reason, error.Message));
        }
    }

    [Fact]
    public void Built_in_dialects_and_sides_with_all_limits_are_valid()
    {
        foreach (var dialect in ChatDialect.BuiltIn)
            dialect.Validate();
        ChatDialect.Get("Line").WithSide(ChatSide.Client, new ChatDialectSide { FixedLength = 9, MaxBytes = 8, MaxCharacters = 7, Terminator = "\r\n@@@\n" }).Validate();
    }

    public static TheoryData<ChatDialectSide, string> Sides => new()
    {
        { new ChatDialectSide(), @"quits with '\quit'" },
        { new ChatDialectSide { QuitCommand = "" }, "quits by closing the connection" },
        { new ChatDialectSide { Greeting = "{handle}\n", QuitCommand = "x" }, @"greeting '{handle}\n', quits with 'x'" },
        { new ChatDialectSide { LengthPrefix = ChatLengthPrefix.PaddedDigits, QuitCommand = "x" }, "length as PaddedDigits, quits with 'x'" },
        {
            new ChatDialectSide { Separator = "-> ", Terminator = "\r\n\0", FixedLength = 512, MaxBytes = 511, MaxCharacters = 500 },
            @"handle and '-> ', terminator '\r\n\0', padded to 512 bytes, at most 511 bytes, at most 500 characters, quits with '\quit'"
        },
    };

    [Theory]
    [MemberData(nameof(Sides))]
    public void Side_is_displayed_with_what_it_sends(ChatDialectSide side, string expected) => Assert.Equal(expected, side.ToString());

    [Theory]
    [InlineData("Line", false)]
    [InlineData("Raw", true)]
    [InlineData("BareRaw", true)]
    [InlineData("FixedLength", false)]
    [InlineData("Delimited", false)]
    [InlineData("Length32", false)]
    public void Only_a_pause_ends_a_message_without_length_terminator_and_padding(string dialect, bool isUnterminated) =>
        Assert.Equal(isUnterminated, new DialectEncoder(ChatDialect.Get(dialect), ChatSide.Client, "Chris", 1).IsUnterminated);

    private static ReceiveBuffer CreateBuffer(byte[] bytes)
    {
        var buffer = new ReceiveBuffer();
        var space = buffer.GetBuffer();
        bytes.CopyTo(space.Array!, space.Offset);
        buffer.Advance(bytes.Length);
        return buffer;
    }
}
