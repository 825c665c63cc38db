using System;
using System.Linq;
using System.Management.Automation;

namespace PSPairChat.Cmdlets;

/// <summary>Gets the built-in dialects of pairs and of rooms.</summary>
[Cmdlet(VerbsCommon.Get, "ChatDialect", HelpUri = HelpPages.Root + "Get-ChatDialect.md")]
[OutputType(typeof(ChatDialect), typeof(ChatRoomDialect))]
public sealed class GetChatDialectCommand : ChatCmdlet
{
    /// <summary>Specifies the names of dialects. Wildcards are permitted. By default, all dialects.</summary>
    [Parameter(Position = 0)]
    [ArgumentCompleter(typeof(DialectCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = ["*"];

    private static readonly ChatRoomDialect[] RoomDialects = [.. Enum.GetValues(typeof(RoomDialect)).Cast<RoomDialect>().Select(d => new ChatRoomDialect(d))];

    private protected override void ProcessRecordCore()
    {
        foreach (var name in Name)
        {
            if (WildcardPattern.ContainsWildcardCharacters(name))
            {
                var pattern = WildcardArgument.Parse(name);
                WriteObject(ChatDialect.BuiltIn.Where(d => pattern.IsMatch(d.Name)), enumerateCollection: true);
                WriteObject(RoomDialects.Where(d => pattern.IsMatch(d.Name)), enumerateCollection: true);
            }
            else
            {
                WriteDialect(name);
            }
        }
    }

    private void WriteDialect(string name)
    {
        if (RoomDialects.FirstOrDefault(d => string.Equals(d.Name, name, StringComparison.OrdinalIgnoreCase)) is { } roomDialect)
        {
            WriteObject(roomDialect);
            return;
        }
        try
        {
            WriteObject(ChatDialect.Get(name));
        }
        catch (ChatException e)
        {
            WriteError(CreateErrorRecord(e, name));
        }
    }
}
