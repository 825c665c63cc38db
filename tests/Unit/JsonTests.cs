using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Numerics;
using System.Text.Json;
using PSPairChat.Messages;
using Xunit;

namespace PSPairChat.Unit;

public sealed class JsonTests
{
    public static TheoryData<object?, string> Values => new()
    {
        { null, "null" },
        { true, "true" },
        { 12, "12" },
        { -9223372036854775808L, "-9223372036854775808" },
        { BigInteger.Pow(10, 20), "100000000000000000000" },
        { 0.1, "0.1" },
        { 1.0, "1.0" },
        { 0.1f, "0.1" },
        { 5e-324, "5E-324" },
        { 1.10m, "1.10" },
        { "a \"b\" \\ \u00e4\n\ud83d\ude00\ud800\u2028", """
            "a \"b\" \\ \u00e4\u000a\ud83d\ude00\ud800\u2028"
            """ },
        { new DateTime(2026, 3, 1, 10, 20, 30, 500, DateTimeKind.Utc), "\"2026-03-01T10:20:30.5Z\"" },
        { new DateTime(2026, 3, 1, 10, 20, 30), "\"2026-03-01T10:20:30\"" },
        { new DateTimeOffset(2026, 3, 1, 10, 20, 30, TimeSpan.FromHours(-2)), "\"2026-03-01T10:20:30-02:00\"" },
        { new object?[] { 1, null, Array.Empty<object?>() }, "[1,null,[]]" },
        { new List<KeyValuePair<string, object?>> { new("a", 1), new("b", new object?[] { "x" }) }, "{\"a\":1,\"b\":[\"x\"]}" },
    };

    [Theory]
    [MemberData(nameof(Values))]
    public void Values_are_written_as_one_line_of_ASCII(object? value, string json)
    {
        Assert.Equal(json, JsonWriter.Write(value));
        if (!json.Contains(@"\ud800""", StringComparison.Ordinal))
            using (JsonDocument.Parse(json)) { }
    }

    [Theory]
    [InlineData(" [ 1 , 2.5 , \"x\" , { } ] ", "[1,2.5,\"x\",{}]")]
    [InlineData("\"\\u0041\\/\\t\\ud83d\\ude00\"", "\"A/\\u0009\\ud83d\\ude00\"")]
    [InlineData("1.10", "1.10")]
    [InlineData("1e3", "1000.0")]
    [InlineData("-0", "0")]
    [InlineData("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\\"\\\\/\\u0008\\u000c\\u000a\\u000d\\u0009\"")]
    [InlineData("\t\r\n{\"a\" :\t[ ] ,\"b\":true, \"c\":false,\"d\":null}\n", "{\"a\":[],\"b\":true,\"c\":false,\"d\":null}")]
    [InlineData("\"ä\"", "\"\\u00e4\"")]
    public void Valid_JSON_is_read(string json, string expected) => Assert.Equal(expected, JsonWriter.Write(JsonReader.Read(json)));

    [Theory]
    [InlineData("", 1)]
    [InlineData("hello", 1)]
    [InlineData("01", 2)]
    [InlineData("1.", 3)]
    [InlineData("+1", 1)]
    [InlineData("1e999", 6)]
    [InlineData("NaN", 1)]
    [InlineData("tru", 1)]
    [InlineData("\"a", 3)]
    [InlineData("\"a\tb\"", 3)]
    [InlineData("\"\\x\"", 3)]
    [InlineData("\"\\u12g4\"", 3)]
    [InlineData("[1,]", 4)]
    [InlineData("[1 2]", 4)]
    [InlineData("[1", 3)]
    [InlineData("{\"a\" 1}", 6)]
    [InlineData("{a:1}", 2)]
    [InlineData("{\"a\":1,\"A\":2}", 8)]
    [InlineData("{\"\":1}", 2)]
    [InlineData("{} x", 4)]
    [InlineData("-", 2)]
    [InlineData("-a", 2)]
    [InlineData("1.a", 3)]
    [InlineData("1e", 3)]
    [InlineData("1e+", 4)]
    [InlineData("1e/", 3)]
    [InlineData("1e:", 3)]
    [InlineData("-1e999", 7)]
    [InlineData("nullx", 5)]
    [InlineData("[,]", 2)]
    [InlineData("[", 2)]
    [InlineData("{,}", 2)]
    [InlineData("{", 2)]
    [InlineData("{\"a\"", 5)]
    [InlineData("{\"a\":}", 6)]
    [InlineData("{\"a\":1,}", 8)]
    [InlineData("{\"a\":1,\"b\":2,\"a\":3}", 14)]
    [InlineData("\"\\u004\"", 3)]
    [InlineData("\"\\u004", 3)]
    [InlineData("\"\\u0041", 8)]
    [InlineData("\"a\\", 4)]
    [InlineData("[1,2\u00a0]", 5)]
    public void Invalid_JSON_is_an_error_with_its_position(string json, int position)
    {
        var error = Assert.Throws<ChatException>(() => JsonReader.Read(json));
        Assert.Equal(ChatErrorReason.JsonInvalid, error.Reason);
        Assert.Contains($"at character {position}:", error.Message, StringComparison.Ordinal);
    }

    public static TheoryData<string, object> Numbers => new()
    {
        { "0", 0L },
        { "-12", -12L },
        { "9223372036854775807", long.MaxValue },
        { "9223372036854775808", BigInteger.Pow(2, 63) },
        { "1.5", 1.5 },
        { "0.0", 0.0 },
        { "1e2", 100.0 },
        { "1E+2", 100.0 },
        { "15E-1", 1.5 },
        { "0e0", 0.0 },
        { "1.10", 1.10m },
        { "0.1000000000000000055511151231", 0.1000000000000000055511151231m },
        { "0.10000000000000000555111512312578270211815834045410156250", 0.1 },
    };

    [Theory]
    [MemberData(nameof(Numbers))]
    public void A_number_has_the_first_type_that_represents_it(string json, object expected)
    {
        var actual = JsonReader.Read(json);
        Assert.Equal((expected.GetType(), expected), (actual!.GetType(), actual));
        Assert.Equal(new object?[] { expected }, JsonReader.Read($"[{json}]"));
    }

    [Fact]
    public void Numbers_of_all_types_are_written()
    {
        object?[] numbers = [(byte)1, (sbyte)-1, (short)-2, (ushort)2, 3, 3u, -4L, 4ul, 5m, new BigInteger(6), 7.5f, -0.25, false];
        Assert.Equal("[1,-1,-2,2,3,3,-4,4,5,6,7.5,-0.25,false]", JsonWriter.Write(numbers));
        Assert.Throws<ArgumentException>(() => JsonWriter.Write(new Version(1, 2)));
    }

    [Fact]
    public void Nesting_is_limited()
    {
        Assert.NotNull(JsonReader.Read(new string('[', 101) + new string(']', 101)));
        Assert.Throws<ChatException>(() => JsonReader.Read(new string('[', 60_000)));
        Assert.Contains("character 102:", Assert.Throws<ChatException>(() => JsonReader.Read(new string('[', 102) + new string(']', 102))).Message, StringComparison.Ordinal);
        Assert.Contains("character 506:", Assert.Throws<ChatException>(
            () => JsonReader.Read(string.Concat(Enumerable.Repeat("{\"a\":", 102)) + "1" + new string('}', 102))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void Numbers_that_JSON_cannot_represent_are_an_error(object number) =>
        Assert.Equal(ChatErrorReason.JsonInvalid, Assert.Throws<ChatException>(() => JsonWriter.Write(number)).Reason);

    [Fact]
    public void Thousands_of_random_values_are_equal_after_writing_and_reading()
    {
        var random = new Random(12);
        for (var i = 0; i < 5_000; i++)
        {
            var value = CreateValue(random, depth: 4);
            var json = JsonWriter.Write(value);
            Assert.DoesNotContain(json, c => c is < ' ' or > '~');
            AssertEqual(value, JsonReader.Read(json));
        }
    }

    [Fact]
    public void Random_changes_of_JSON_cause_no_other_error()
    {
        var random = new Random(13);
        for (var i = 0; i < 5_000; i++)
        {
            var json = JsonWriter.Write(CreateValue(random, depth: 3)).ToCharArray();
            json[random.Next(json.Length)] = "\\\"{}[],:eE.-u0a"[random.Next(15)];
            try
            {
                JsonReader.Read(new string(json));
            }
            catch (ChatException e)
            {
                Assert.Equal(ChatErrorReason.JsonInvalid, e.Reason);
            }
        }
    }

    private static object? CreateValue(Random random, int depth) => random.Next(depth > 0 ? 9 : 7) switch
    {
        0 => null,
        1 => random.Next(2) == 0,
        2 => (long)random.Next(),
        3 => BigInteger.Parse(string.Concat(Enumerable.Repeat("9", random.Next(19, 40))), CultureInfo.InvariantCulture),
        4 => BitConverter.Int64BitsToDouble(random.NextInt64()) is var number && double.IsFinite(number) ? number : 0.5,
        5 => string.Concat(Enumerable.Range(0, random.Next(20)).Select(_ => (char)random.Next(0x10000))),
        6 => "plain text",
        7 => Enumerable.Range(0, random.Next(5)).Select(_ => CreateValue(random, depth - 1)).ToArray(),
        _ => Enumerable.Range(0, random.Next(5)).Select(i => new KeyValuePair<string, object?>($"key{i}", CreateValue(random, depth - 1))).ToList(),
    };

    private static void AssertEqual(object? expected, object? actual)
    {
        if (expected is object?[] items)
        {
            var others = Assert.IsType<object?[]>(actual);
            Assert.Equal(items.Length, others.Length);
            for (var i = 0; i < items.Length; i++)
                AssertEqual(items[i], others[i]);
        }
        else if (expected is List<KeyValuePair<string, object?>> properties)
        {
            var others = Assert.IsType<List<KeyValuePair<string, object?>>>(actual);
            Assert.Equal(properties.Select(p => p.Key), others.Select(p => p.Key));
            for (var i = 0; i < properties.Count; i++)
                AssertEqual(properties[i].Value, others[i].Value);
        }
        else
        {
            Assert.Equal(expected, actual);
        }
    }
}
