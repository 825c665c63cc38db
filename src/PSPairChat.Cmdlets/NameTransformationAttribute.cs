using System;
using System.Management.Automation;

namespace PSPairChat.Cmdlets;

/// <summary>Converts the name of an object to the object before PowerShell binds it to a parameter.</summary>
/// <remarks>
/// PowerShell reports an exception of a transformation under an id of its own, ParameterArgumentTransformationError. A name that identifies no object is
/// therefore bound as null, and <see cref="NamedArgument{T}.Bind"/> takes it over in the setter of the parameter, which PowerShell calls next on the same
/// thread, so that the cmdlet can report the error under its id.
/// </remarks>
internal abstract class NameTransformationAttribute : ArgumentTransformationAttribute
{
    /// <summary>The unresolved value of an argument that is null.</summary>
    internal static readonly object Null = new();

    [ThreadStatic]
    private static object? _unresolved;

    /// <inheritdoc/>
    public sealed override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        _unresolved = null;
        return Convert(inputData, ref _unresolved);
    }

    /// <summary>Returns the argument that the last transformation on this thread could not resolve, once.</summary>
    internal static object? TakeUnresolved()
    {
        var value = _unresolved;
        _unresolved = null;
        return value;
    }

    /// <summary>Converts an argument.</summary>
    /// <param name="inputData">The argument.</param>
    /// <param name="unresolved">The part of the argument that identifies no object, if there is one.</param>
    private protected virtual object? Convert(object? inputData, ref object? unresolved)
    {
        var value = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        var result = value is null ? null : Find(value);
        if (result is null)
            unresolved = inputData ?? Null;
        return result;
    }

    /// <summary>Finds the object that an argument identifies; null if there is none.</summary>
    private protected abstract object? Find(object value);
}
