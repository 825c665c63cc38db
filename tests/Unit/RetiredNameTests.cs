using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text.RegularExpressions;
using Xunit;

namespace PSPairChat.Unit;

/// <summary>Identifiers use the standard terms of the field. Names that were replaced do not return.</summary>
public sealed class RetiredNameTests
{
    private static readonly string[] Assemblies = ["PSPairChat.Core.dll", "PSPairChat.Terminal.dll", "PSPairChat.Cmdlets.dll", "pairchat.dll"];

    private static readonly Lazy<(string Type, string Name)[]> AllIdentifiers = new(() => [.. Assemblies.SelectMany(GetIdentifiers).Distinct()]);

    private static readonly string[] Types =
    [
        "BrokenStreamException", "ByteListener", "ByteStream", "ChatEnd", "ChatErrors", "ChatScreen", "ChatSentences", "ChatSteps", "CloseReason",
        "DialectFinding", "DialectReader", "DialectWriter", "FloodLimit", "FrameKind", "FrameReader", "FrameRule", "HandleQuestion", "HandleRule",
        "HostLines", "IRoom", "Inbox", "Known", "KutztownWire", "Likeness", "LiveLine", "LocalCommand", "MemoryByteStream", "MessageRule",
        "OutgoingQueue", "PairLink", "PairTalk", "QuitWords", "RegexSample", "RoomCommand", "RoomLoop", "RoomMember", "RoomNews", "RoomNewsKind",
        "RoomRequest", "RoomRequestKind", "RoomWire", "Roster", "ScreenStyle", "ScriptAlternative", "ScriptCast", "ScriptHole", "ScriptSteps",
        "ScriptValues", "SessionTable", "SessionText", "StandardStreams", "TalkOptions", "TcpByteListener", "TcpByteStream", "TextWire",
        "TranscriptRing",
    ];

    // Retired as types, members and parameters alike, in any spelling of the first letter and with or without a leading underscore.
    private static readonly Regex Anywhere = new(
        """
        (?x) ^_* (?:
            # Words of which every combination is retired.
            (?i:We|Our|Ours|Tell|Hear|Heard|Give|Gives|Say|Says|Said|Quiet|Spread|Cut|Lags|Lagging|Deaf|Wire|Roster|News|Cast|Hole|Holes|Wanted
            |Whoever|Most|Fewest|Of|TryTake|Breath) (?![a-z]) .*
            | (?i:patience) | (?i:.)\w*? (?:Patience|Slice|Breath|Unsaid)
            # Single names.
            | (?i:AWhile|AwaitLink|AwaitPeer|AwaitWritten|AwaitsOpening|AwaitsQuiet|BrokenOff|CannotSayQuit|EndOfInput|EndSend|EndSending|EndStream|HangUp
            |HasKept|HoldsBack|IsOver|IsPast|LastLink|Likens|LinesAhead|LinkToSpeakOn|NextSlice|NobodyToLeave|Obey|OfferAhead|QuietGap|QuitTail|SeesEnd|SeeksPrefix
            |SendBreak|ServerBegins|Sift|TakeIn|TakeOff|WaitForSpacing|WaitWritable|Whisper|Whispered|WhoIsHere)
        ) $
        """);

    // Names that are standard elsewhere, and retired only in the given types.
    private static readonly Dictionary<string, string> InTypes = new()
    {
        ["RoomEventLoop|Room|RoomCommandHandler|RoomSendScheduler"] =
            "Admit Answer Call Clear CutFull Dismiss Forget Leave Pace Put Read Refuse Round Sent Tick",
        ["NicknameRegistry"] = "Refuse",
        ["RoomEventKind"] = "Bye Full Hello Here Past Ready Retry Said Whispered",
        ["ClientCommandKind"] = "Bye Say Whisper Who",
        ["PairConversation"] = "Compose Enter Fault Finish Gone Hear Leave Listen Over Pull Put Take",
        ["ChatConnection"] = "Enter Fault Finish Gone Leave Listen Over Pull Put Take",
        ["ChatSession|PairSession|ClientSession|ServerSession|RoomSession|RoomMemberSession"] = "Fault Link Record Release",
        ["TurnTracker"] = "Begin Hear Pass Say",
        ["DeferredMessages"] = "Sift Take",
        ["FrameDecoder"] = "Cut Received Room Take TryTake",
        ["DialectDecoder"] = "EndStream Received Room",
        ["FramingKind"] = "Counted Marked Nul Padded Unmarked",
        ["DialectItemKind"] = "Found Opened",
        ["ChatDialectSide"] = "Ending Opening Quit Size",
        ["ChatDialect"] = "Opener",
        ["QuitCommands"] = "Contain",
        ["Deadline"] = "Left",
        ["TransportConnection"] = "Nothing Slice",
        ["LineEditor"] = "Accept BlankStart Edit Recall WordEnd WordLeft WordRight WordStart",
        ["LineLayout"] = "Arrange",
        ["InteractiveChat"] = "Press",
        ["ChatCmdlet"] = "Advice Await Fail IsFinal Report",
        ["MessageValidator|HandleValidator|RoomNameValidator|ChatOptions|RoomOptions"] = "Check Explain",
    };

    [Fact]
    public void Types_have_no_retired_names() =>
        Violations.AssertNone(AllIdentifiers.Value.Select(i => i.Type.Split('`')[0]).Distinct().Intersect(Types));

    [Fact]
    public void Identifiers_contain_no_retired_words() =>
        Violations.AssertNone(AllIdentifiers.Value.Where(i => Anywhere.IsMatch(i.Name)).Select(Format));

    [Fact]
    public void Members_have_no_names_retired_in_their_type()
    {
        var retired = (from entry in InTypes
                       from type in entry.Key.Split('|')
                       from name in entry.Value.Split(' ')
                       select (type, name)).ToHashSet();
        Violations.AssertNone(AllIdentifiers.Value.Where(i => retired.Contains((i.Type.Split('`')[0], i.Name))).Select(Format));
    }

    [Theory]
    [InlineData("Patience")]
    [InlineData("FlushPatience")]
    [InlineData("_inboxPatience")]
    [InlineData("MostNotices")]
    [InlineData("most")]
    [InlineData("LongSlice")]
    [InlineData("SayQuit")]
    [InlineData("HangUp")]
    [InlineData("_ourHandle")]
    [InlineData("TryTakeBurst")]
    [InlineData("Of")]
    [InlineData("OfServer")]
    public void The_pattern_matches_retired_names(string name) => Assert.Matches(Anywhere, name);

    [Theory]
    [InlineData("Offset")]
    [InlineData("Weight")]
    [InlineData("Source")]
    [InlineData("Hour")]
    [InlineData("CastleName")]
    [InlineData("Timeout")]
    [InlineData("MaxNotices")]
    public void The_pattern_does_not_match_words_with_the_same_beginning(string name) => Assert.DoesNotMatch(Anywhere, name);

    private static string Format((string Type, string Name) identifier) => $"{identifier.Type}.{identifier.Name}";

    // The types themselves, their fields, properties and methods, local functions, and parameters. Names that the compiler generates contain '<'.
    private static IEnumerable<(string Type, string Name)> GetIdentifiers(string assembly)
    {
        using var file = new PEReader(File.OpenRead(Path.Combine(AppContext.BaseDirectory, assembly)));
        var metadata = file.GetMetadataReader();
        foreach (var type in metadata.TypeDefinitions.Select(metadata.GetTypeDefinition))
        {
            var typeName = metadata.GetString(type.Name);
            if (typeName.Contains('<', StringComparison.Ordinal))
                continue;
            IEnumerable<string> names =
            [
                typeName.Split('`')[0],
                .. type.GetFields().Select(f => metadata.GetString(metadata.GetFieldDefinition(f).Name)),
                .. type.GetProperties().Select(p => metadata.GetString(metadata.GetPropertyDefinition(p).Name)),
                .. type.GetMethods().Select(metadata.GetMethodDefinition).SelectMany(m =>
                    m.GetParameters().Select(p => metadata.GetString(metadata.GetParameter(p).Name)).Append(GetMethodName(metadata.GetString(m.Name)))),
            ];
            foreach (var name in names.Where(n => n.Length > 0 && !n.Contains('<', StringComparison.Ordinal)))
                yield return (typeName, name);
        }
    }

    // "get_Name" is the property; "<Method>g__Name|0_0" is a local function.
    private static string GetMethodName(string name) => Regex.Match(name, @"g__(\w+)\|").Groups[1] is { Success: true } local ? local.Value
        : Regex.IsMatch(name, "^(get|set|add|remove)_") ? ""
        : name;
}
