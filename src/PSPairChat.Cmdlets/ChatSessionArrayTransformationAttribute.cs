using System.Collections;
using System.Management.Automation;

namespace PSPairChat.Cmdlets;

/// <summary>Converts the Ids or the Names of open sessions to the sessions.</summary>
internal sealed class ChatSessionArrayTransformationAttribute : NameTransformationAttribute
{
    private protected override object? Find(object value) => SessionRegistry.Current.Find(value);

    private protected override object? Convert(object? inputData, ref object? unresolved)
    {
        var value = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        if (value is not IList { Count: > 0 } list)
            return base.Convert(inputData, ref unresolved) is ChatSession session ? new[] { session } : null;
        var sessions = new ChatSession[list.Count];
        for (var i = 0; i < list.Count; i++)
        {
            if (base.Convert(list[i], ref unresolved) is not ChatSession found)
                return null;
            sessions[i] = found;
        }
        return sessions;
    }
}
