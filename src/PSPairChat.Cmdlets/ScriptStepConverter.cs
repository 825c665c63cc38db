using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using PSPairChat.Scripting;

namespace PSPairChat.Cmdlets;

/// <summary>Makes a script of what comes through the pipeline: lines, entries of transcripts, and hashtables.</summary>
internal static class ScriptStepConverter
{
    private static readonly string[] Kinds = ["Say", "Expect", "Label"];
    private static readonly string[] Keys = [.. Kinds, "From", "TimeoutSeconds", "Then"];

    /// <summary>Makes the script.</summary>
    /// <exception cref="ChatException">ScriptInvalid.</exception>
    public static ChatScript Build(IEnumerable<object> items)
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
                    Add(script, table.Cast<DictionaryEntry>().ToDictionary(e => Convert.ToString(e.Key)!, e => (object?)e.Value, StringComparer.OrdinalIgnoreCase));
                    break;
                case PSCustomObject:
                    Add(script, ((PSObject)item).Properties.ToDictionary(p => p.Name, p => (object?)p.Value, StringComparer.OrdinalIgnoreCase));
                    break;
                default:
                    throw ScriptError.Create(script.NextLine, 1, $"A step is a line or a hashtable with Say, Expect or Label, and no {item.GetType().Name}.");
            }
        }
        return script.Build();
    }

    private static void Add(ScriptBuilder script, Dictionary<string, object?> step)
    {
        if (step.Keys.FirstOrDefault(k => !Keys.Contains(k, StringComparer.OrdinalIgnoreCase)) is { } unknown)
            throw ScriptError.Create(script.NextLine, 1, $"A step has no '{unknown}'; it has {string.Join(", ", Keys)}.");
        if (Kinds.Count(step.ContainsKey) != 1)
            throw ScriptError.Create(script.NextLine, 1, "A step has one of Say, Expect and Label.");

        if (step.ContainsKey("Label"))
        {
            script.AddLabel(Value<string>(step, "Label") ?? "");
            return;
        }
        var isOwn = step.ContainsKey("Say");
        var texts = isOwn ? [Value<string>(step, "Say") ?? ""] : Value<string[]>(step, "Expect") ?? [""];
        var then = step.TryGetValue("Then", out var given) ? given is PSObject wrapped ? wrapped.BaseObject : given : null;
        script.Add(
            isOwn,
            isOwn ? null : Value<string>(step, "From"),
            texts,
            then is null or ScriptBlock ? null : Value<string>(step, "Then"),
            step.ContainsKey("TimeoutSeconds") ? TimeSpan.FromSeconds(Value<double>(step, "TimeoutSeconds")) : null,
            then is ScriptBlock block ? (message, captures) => InvokeBlock(block, message, captures) : null);
    }

    private static T? Value<T>(Dictionary<string, object?> step, string key) =>
        step.TryGetValue(key, out var value) ? LanguagePrimitives.ConvertTo<T>(value) : default;

    // The script block sees the message as $_ and what was captured as $Matches. It gives a label to go on at, $false for a failure, or nothing.
    private static string? InvokeBlock(ScriptBlock block, ChatMessage? message, IReadOnlyDictionary<string, string> captures)
    {
        var matches = new Hashtable(StringComparer.OrdinalIgnoreCase);
        foreach (var capture in captures)
            matches[capture.Key] = capture.Value;
        object? decision;
        try
        {
            decision = block.InvokeWithContext(null, [new PSVariable("_", message), new PSVariable("Matches", matches)], message).LastOrDefault()?.BaseObject;
        }
        catch (RuntimeException e) when (e is not PipelineStoppedException)
        {
            throw new ChatException(ChatErrorReason.ExpectationFailed, $"The script block says: {e.Message}", e);
        }
        return decision switch
        {
            null or true => null,
            false => throw new ChatException(ChatErrorReason.ExpectationFailed, "The script block says no."),
            _ => LanguagePrimitives.ConvertTo<string>(decision),
        };
    }
}
