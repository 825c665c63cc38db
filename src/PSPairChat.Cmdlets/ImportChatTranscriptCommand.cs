using System;
using System.IO;
using System.Management.Automation;
using PSPairChat.Transcripts;

namespace PSPairChat.Cmdlets;

/// <summary>Reads a transcript from its file: the same objects as Get-ChatTranscript gives.</summary>
[Cmdlet(VerbsData.Import, "ChatTranscript", DefaultParameterSetName = PathSet, HelpUri = HelpPages.Root + "Import-ChatTranscript.md")]
[OutputType(typeof(ChatTranscriptEntry))]
public sealed class ImportChatTranscriptCommand : ChatCmdlet
{
    private const string PathSet = "Path";
    private const string LiteralPathSet = "LiteralPath";

    /// <summary>The file, or several by wildcards.</summary>
    [Parameter(ParameterSetName = PathSet, Position = 0, Mandatory = true, ValueFromPipeline = true)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>The file; nothing in its name is a wildcard.</summary>
    [Parameter(ParameterSetName = LiteralPathSet, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "LP")]
    [ValidateNotNullOrEmpty]
    public string LiteralPath { get; set; } = "";

    private protected override object? Target => ParameterSetName == PathSet ? Path : LiteralPath;

    private protected override void ProcessInput()
    {
        if (ParameterSetName == LiteralPathSet)
        {
            Import(FilePath(LiteralPath, ChatErrorReason.TranscriptFailed));
            return;
        }
        foreach (var file in SessionState.Path.GetResolvedProviderPathFromPSPath(Path, out _))
            Import(file);
    }

    private void Import(string file)
    {
        try
        {
            // A session may be writing it.
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var lines = new StreamReader(stream);
            foreach (var entry in TranscriptReader.Read(lines, line => WriteWarning($"{file}: line {line} is not a whole entry, as when a process is killed; it is skipped.")))
            {
                StopToken.ThrowIfCancellationRequested();
                WriteObject(entry);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            WriteError(new ErrorRecord(e, "TranscriptUnreadable", ErrorCategory.ReadError, file));
        }
    }
}
