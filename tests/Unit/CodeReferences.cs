using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using System.Reflection.Emit;

namespace PSPairChat.Unit;

/// <summary>Finds the types and members to which compiled code refers: in declarations, signatures and method bodies.</summary>
internal static class CodeReferences
{
    private const BindingFlags AllDeclared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<short, OpCode> AllOpCodes = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(f => (OpCode)f.GetValue(null)!).ToDictionary(c => c.Value);

    /// <summary>Gets the types to which a type refers, itself and its nested types included.</summary>
    public static IEnumerable<Type> GetTypes(Type type) => GetMembers(type).SelectMany(GetSignatureTypes).SelectMany(GetParts).Distinct();

    /// <summary>Gets the members to which a type refers, and the types of its own declaration.</summary>
    public static IEnumerable<MemberInfo> GetMembers(Type type)
    {
        if (type.BaseType is not null)
            yield return type.BaseType;
        foreach (var implemented in type.GetInterfaces())
            yield return implemented;
        foreach (var member in type.GetMembers(AllDeclared))
        {
            if (member is Type nested)
            {
                foreach (var reference in GetMembers(nested))
                    yield return reference;
                continue;
            }
            yield return member;
            if (member is not MethodBase method || method.GetMethodBody() is not { } body)
                continue;
            foreach (var local in body.LocalVariables)
                yield return local.LocalType;
            foreach (var clause in body.ExceptionHandlingClauses.Where(c => c.Flags == ExceptionHandlingClauseOptions.Clause))
                yield return clause.CatchType!;
            foreach (var reference in GetOperands(method, body.GetILAsByteArray()!))
                yield return reference;
        }
    }

    private static IEnumerable<MemberInfo> GetOperands(MethodBase method, byte[] code)
    {
        var typeArguments = method.DeclaringType!.GetGenericArguments();
        var methodArguments = method.IsGenericMethod ? method.GetGenericArguments() : [];
        for (var i = 0; i < code.Length;)
        {
            var opCode = AllOpCodes[code[i] == 0xFE ? (short)(0xFE00 | code[i + 1]) : code[i]];
            i += opCode.Size;
            if (opCode.OperandType is OperandType.InlineMethod or OperandType.InlineField or OperandType.InlineType or OperandType.InlineTok)
                yield return method.Module.ResolveMember(BinaryPrimitives.ReadInt32LittleEndian(code.AsSpan(i)), typeArguments, methodArguments)!;
            i += opCode.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + 4 * BinaryPrimitives.ReadInt32LittleEndian(code.AsSpan(i)),
                _ => 4,
            };
        }
    }

    private static IEnumerable<Type> GetSignatureTypes(MemberInfo member)
    {
        if (member.DeclaringType is { } declaring)
            yield return declaring;
        switch (member)
        {
            case Type type:
                yield return type;
                break;
            case FieldInfo field:
                yield return field.FieldType;
                break;
            case PropertyInfo property:
                yield return property.PropertyType;
                break;
            case MethodBase method:
                foreach (var parameter in method.GetParameters())
                    yield return parameter.ParameterType;
                if (method is MethodInfo { ReturnType: var returned })
                    yield return returned;
                if (method.IsGenericMethod)
                {
                    foreach (var argument in method.GetGenericArguments())
                        yield return argument;
                }
                break;
        }
    }

    // The definition of the type, and those of its element or its generic arguments.
    private static IEnumerable<Type> GetParts(Type type)
    {
        if (type.HasElementType)
            return GetParts(type.GetElementType()!);
        if (type.IsGenericParameter)
            return [];
        return type.IsGenericType ? type.GetGenericArguments().SelectMany(GetParts).Append(type.GetGenericTypeDefinition()) : [type];
    }
}
