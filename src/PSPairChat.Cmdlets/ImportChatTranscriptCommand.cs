using System;
using System.IO;
using System.Management.Automation;
using PSPairChat.Transcripts;

namespace PSPairChat.Cmdlets;

/// <summary>Imports transcripts from files.</summary>
[Cmdlet(VerbsData.Import, "ChatTranscript", DefaultParameterSetName = PathSet, HelpUri = HelpPages.Root + "Import-ChatTranscript.md")]
[OutputType(typeof(ChatTranscriptEntry))]
public sealed class ImportChatTranscriptCommand : ChatCmdlet
{
    private const string PathSet = "Path";
    private const string LiteralPathSet = "LiteralPath";

    private string? _path;

    /// <summary>Specifies the paths to transcript files. Wildcards are permitted.</summary>
    [Parameter(ParameterSetName = PathSet, Position = 0, Mandatory = true, ValueFromPipeline = true)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>Specifies the paths to transcript files, used exactly as typed.</summary>
    [Parameter(ParameterSetName = LiteralPathSet, Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "LP")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    private protected override object? ErrorTarget => _path;

    private protected override void ProcessRecordCore()
    {
        foreach (var path in ParameterSetName == PathSet ? Path : LiteralPath)
        {
            _path = path;
            try
            {
                foreach (var file in GetFiles(path, isLiteral: ParameterSetName == LiteralPathSet))
                    Import(file);
            }
            catch (ChatException e)
            {
                WriteChatError(e, path);
            }
        }
    }

    private void Import(string file)
    {
        try
        {
            // A session may be writing to the file.
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            foreach (var entry in TranscriptReader.Read(stream, line => WriteWarning($"{file}: Skipped line {line}: not a complete transcript entry.")))
            {
                StopToken.ThrowIfCancellationRequested();
                WriteObject(entry);
            }
        }
        catch (InvalidDataException e)
        {
            WriteError(new ErrorRecord(e, "TranscriptUnreadable", ErrorCategory.ReadError, file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            WriteChatError(CreateReadException(file, e), file);
        }
    }
}
