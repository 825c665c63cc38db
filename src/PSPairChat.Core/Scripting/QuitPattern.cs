using System.Collections.Generic;
using PSPairChat.Conversation;

namespace PSPairChat.Scripting;

/// <summary><c>\quit</c>: said, it ends the conversation; expected, it is the end of it.</summary>
internal sealed class QuitPattern : ScriptPattern
{
    public override IEnumerable<ScriptHole> Holes => [];

    public override IEnumerable<string> Captures => [];

    public override string Say(ScriptValues values) => PairTalk.Quit;

    public override IReadOnlyDictionary<string, string>? Match(string text, ScriptValues values) => null;
}
