using System;
using System.Globalization;
using System.Linq;

namespace PSPairChat.Cmdlets;

/// <summary>Converts the name of a built-in dialect to the dialect.</summary>
internal sealed class ChatDialectTransformationAttribute : NameTransformationAttribute
{
    private protected override object? Find(object value)
    {
        if (value is ChatDialect)
            return value;
        var name = string.Format(CultureInfo.InvariantCulture, "{0}", value);
        return ChatDialect.BuiltIn.FirstOrDefault(d => string.Equals(d.Name, name, StringComparison.OrdinalIgnoreCase));
    }
}
