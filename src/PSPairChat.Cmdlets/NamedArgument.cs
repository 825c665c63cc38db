using System.Globalization;

namespace PSPairChat.Cmdlets;

/// <summary>The argument of a parameter that accepts an object or its name.</summary>
/// <param name="Value">The object; null if the parameter is not specified or its name identifies no object.</param>
/// <param name="Unresolved">The name that identifies no object; null if there is none.</param>
internal readonly record struct NamedArgument<T>(T? Value, object? Unresolved)
    where T : class
{
    /// <summary>Gets the name that identifies no object, as text; null if there is none.</summary>
    public string? UnresolvedName => Unresolved is null ? null : ReferenceEquals(Unresolved, NameTransformationAttribute.Null) ? "" : string.Format(CultureInfo.InvariantCulture, "{0}", Unresolved);

    /// <summary>Creates the argument in the setter of a parameter that has a <see cref="NameTransformationAttribute"/>.</summary>
    /// <param name="value">The value that PowerShell binds.</param>
    public static NamedArgument<T> Bind(T? value) => new(value, NameTransformationAttribute.TakeUnresolved());
}
