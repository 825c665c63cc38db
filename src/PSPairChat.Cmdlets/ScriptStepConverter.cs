using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using PSPairChat.Scripting;

namespace PSPairChat.Cmdlets;

/// <summary>Converts pipeline input to a script: lines, transcript entries, messages, and hashtables.</summary>
internal static class ScriptStepConverter
{
    private static readonly string[] Kinds = ["Say", "Expect", "Label"];
    private static readonly string[] Keys = [.. Kinds, "From", "TimeoutSeconds", "Then"];

    /// <summary>Converts the input objects.</summary>
    /// <exception cref="ChatException">ScriptInvalid.</exception>
    public static ChatScript Convert(IEnumerable<object> items)
    {
        var script = new ScriptBuilder();
        foreach (var item in items)
        {
            switch (item is PSObject wrapped ? wrapped.BaseObject : item)
            {
                case string lines:
                    script.AddLines(lines);
                    break;
                case ChatTranscriptEntry entry:
                    script.AddLines(entry.ToString());
                    break;
                case ChatMessage message:
                    script.AddLines(new ChatTranscriptEntry(message).ToString());
                    break;
                case IDictionary table:
                    Add(script, table.Cast<DictionaryEntry>().ToDictionary(
                        e => LanguagePrimitives.ConvertTo<string>(e.Key), e => (object?)e.Value, StringComparer.OrdinalIgnoreCase));
                    break;
                case PSCustomObject:
                    Add(script, ((PSObject)item).Properties.ToDictionary(p => p.Name, p => (object?)p.Value, StringComparer.OrdinalIgnoreCase));
                    break;
                default:
                    throw ScriptError.Create(script.NextLine, 1,
                        $"Invalid step of type '{item.GetType().Name}'. Specify a line, or a hashtable with the key Say, Expect, or Label.");
            }
        }
        return script.Build();
    }

    private static void Add(ScriptBuilder script, Dictionary<string, object?> step)
    {
        if (step.Keys.FirstOrDefault(k => !Keys.Contains(k, StringComparer.OrdinalIgnoreCase)) is { } unknown)
            throw ScriptError.Create(script.NextLine, 1, $"Invalid key '{unknown}'. The keys of a step are {string.Join(", ", Keys)}.");
        if (Kinds.Count(step.ContainsKey) != 1)
            throw ScriptError.Create(script.NextLine, 1, "A step has exactly one of the keys Say, Expect, and Label.");

        if (step.ContainsKey("Label"))
        {
            script.AddLabel(GetValue<string>(step, "Label") ?? "");
            return;
        }
        var isOwn = step.ContainsKey("Say");
        var texts = isOwn ? [GetValue<string>(step, "Say") ?? ""] : GetValue<string[]>(step, "Expect") ?? [""];
        var then = step.TryGetValue("Then", out var value) ? value is PSObject wrapped ? wrapped.BaseObject : value : null;
        script.Add(
            isOwn,
            isOwn ? null : GetValue<string>(step, "From"),
            texts,
            then is null or ScriptBlock ? null : GetValue<string>(step, "Then"),
            step.ContainsKey("TimeoutSeconds") ? TimeSpan.FromSeconds(GetValue<double>(step, "TimeoutSeconds")) : null,
            then is ScriptBlock block ? (message, captures) => InvokeBlock(block, message, captures) : null);
    }

    private static T? GetValue<T>(Dictionary<string, object?> step, string key) =>
        step.TryGetValue(key, out var value) ? LanguagePrimitives.ConvertTo<T>(value) : default;

    // In the script block, $_ is the message and $Matches contains the captures. It returns the label to continue at, $false for a failure, or nothing.
    private static string? InvokeBlock(ScriptBlock block, ChatMessage? message, IReadOnlyDictionary<string, string> captures)
    {
        var matches = new Hashtable(StringComparer.OrdinalIgnoreCase);
        foreach (var capture in captures)
            matches[capture.Key] = capture.Value;
        object? output;
        try
        {
            output = block.InvokeWithContext(null, [new PSVariable("_", message), new PSVariable("Matches", matches)], message).LastOrDefault()?.BaseObject;
        }
        catch (RuntimeException e) when (e is not PipelineStoppedException)
        {
            throw new ChatException(ChatErrorReason.ExpectationFailed, $"The script block failed: {e.Message}", e)
            {
                RecommendedAction = "Correct the script block of the key Then.",
            };
        }
        return output switch
        {
            null or true => null,
            false => throw new ChatException(ChatErrorReason.ExpectationFailed, "The script block returned $false."),
            _ => LanguagePrimitives.ConvertTo<string>(output),
        };
    }
}
