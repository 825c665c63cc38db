using System.Linq;
using System.Management.Automation;

namespace PSPairChat.Cmdlets;

/// <summary>Gives the built-in dialects: ways in which chat programs talk.</summary>
[Cmdlet(VerbsCommon.Get, "ChatDialect", HelpUri = HelpPages.Root + "Get-ChatDialect.md")]
[OutputType(typeof(ChatDialect))]
public sealed class GetChatDialectCommand : ChatCmdlet
{
    /// <summary>The names of the dialects to give; wildcards are permitted.</summary>
    [Parameter(Position = 0)]
    [ArgumentCompleter(typeof(DialectCompleter))]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Name { get; set; } = ["*"];

    private protected override void ProcessInput()
    {
        foreach (var name in Name)
        {
            if (!WildcardPattern.ContainsWildcardCharacters(name))
            {
                WriteOne(name);
                continue;
            }
            var pattern = new WildcardPattern(name, WildcardOptions.IgnoreCase);
            WriteObject(ChatDialect.BuiltIn.Where(d => pattern.IsMatch(d.Name)), enumerateCollection: true);
        }
    }

    private void WriteOne(string name)
    {
        try
        {
            WriteObject(ChatDialect.Get(name));
        }
        catch (ChatException e)
        {
            WriteError(ErrorRecordFactory.Create(e, name));
        }
    }
}
