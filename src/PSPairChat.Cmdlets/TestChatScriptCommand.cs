using System;
using System.IO;
using System.Management.Automation;

namespace PSPairChat.Cmdlets;

/// <summary>Tests whether script files are valid.</summary>
[Cmdlet(VerbsDiagnostic.Test, "ChatScript", DefaultParameterSetName = PathSet, HelpUri = HelpPages.Root + "Test-ChatScript.md")]
[OutputType(typeof(ChatScriptTestResult))]
public sealed class TestChatScriptCommand : ChatCmdlet
{
    private const string PathSet = "Path";
    private const string LiteralPathSet = "LiteralPath";

    /// <summary>Specifies the paths to script files. Wildcards are permitted.</summary>
    [Parameter(ParameterSetName = PathSet, Position = 0, Mandatory = true, ValueFromPipeline = true)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>Specifies the paths to script files, used exactly as typed.</summary>
    [Parameter(ParameterSetName = LiteralPathSet, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "LP")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    private protected override void ProcessRecordCore()
    {
        foreach (var path in ParameterSetName == PathSet ? Path : LiteralPath)
        {
            try
            {
                foreach (var file in GetFiles(path, isLiteral: ParameterSetName == LiteralPathSet))
                    WriteObject(Test(file));
            }
            catch (ChatException e)
            {
                WriteChatError(e, path);
            }
        }
    }

    private static ChatScriptTestResult Test(string file)
    {
        try
        {
            return new ChatScriptTestResult(file, ChatScript.Load(file).Steps.Count, error: null);
        }
        catch (ChatException e)
        {
            return new ChatScriptTestResult(file, 0, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CreateReadException(file, e);
        }
    }
}
