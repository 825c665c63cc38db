using System.Linq;
using System.Management.Automation;

namespace PSPairChat.Cmdlets;

/// <summary>Gets the built-in dialects.</summary>
[Cmdlet(VerbsCommon.Get, "ChatDialect", HelpUri = HelpPages.Root + "Get-ChatDialect.md")]
[OutputType(typeof(ChatDialect))]
public sealed class GetChatDialectCommand : ChatCmdlet
{
    /// <summary>Specifies the names of dialects. Wildcards are permitted. By default, all dialects.</summary>
    [Parameter(Position = 0)]
    [ArgumentCompleter(typeof(DialectCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = ["*"];

    private protected override void ProcessRecordCore()
    {
        foreach (var name in Name)
        {
            if (WildcardPattern.ContainsWildcardCharacters(name))
            {
                var pattern = new WildcardPattern(name, WildcardOptions.IgnoreCase);
                WriteObject(ChatDialect.BuiltIn.Where(d => pattern.IsMatch(d.Name)), enumerateCollection: true);
            }
            else
            {
                WriteDialect(name);
            }
        }
    }

    private void WriteDialect(string name)
    {
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
