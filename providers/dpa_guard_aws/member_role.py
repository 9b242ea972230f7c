"""The role in each account as a CloudFormation template, for a StackSet over the organisation.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/what-is-cfnstacksets.html
"""

from __future__ import annotations

from dpa_guard_aws.permissions import member_documents, printed

__all__ = ["template"]


def template() -> str:
    """Return the template (YAML): the policies, and the role that holds them.

    Its parameters are the role's name, who may assume it, and the external id that must be given.
    """
    named = [(f"Policy{number}", printed(document)) for number, document in enumerate(member_documents(), 1)]
    return _TEMPLATE.format(
        policies="".join(_POLICY.format(name=name, document=_inside(document, 8)) for name, document in named),
        attached="".join(f"        - !Ref {name}\n" for name, _ in named),
    )


def _inside(document: str, by: int) -> str:
    """Return JSON as a value inside YAML, whose flow style it is."""
    return document.rstrip("\n").replace("\n", "\n" + " " * by)


_POLICY = """\
  {name}:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      Description: What dpa-guard asks of an account. Names and settings, never data.
      PolicyDocument:
        {document}

"""

_TEMPLATE = """\
# Written by deploy/permissions/aws/write.py from the table of calls: change the table, not this file.
AWSTemplateFormatVersion: "2010-09-09"
Description: The role by which dpa-guard looks at this account. It lists and describes; it reads no data.

Parameters:
  RoleName:
    Type: String
    Default: dpa-guard-read
    AllowedPattern: "[A-Za-z0-9+=,.@_-]{{1,64}}"
  TrustedPrincipal:
    Type: String
    Description: ARN of the role that runs the scan, in the account it runs in.
    AllowedPattern: "arn:[a-z-]+:(iam|sts)::[0-9]{{12}}:.+"
  ExternalId:
    Type: String
    Description: The words that dpa-guard.toml has as external_id; at least 16 characters, for you alone.
    NoEcho: true
    MinLength: 16
    MaxLength: 1224
    AllowedPattern: "[A-Za-z0-9+=,.@:/_-]+"

Resources:
{policies}\
  Role:
    Type: AWS::IAM::Role
    Properties:
      RoleName: !Ref RoleName
      Description: dpa-guard looks at this account. It lists and describes; it reads no data.
      MaxSessionDuration: 3600
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Principal:
              AWS: !Ref TrustedPrincipal
            Action: sts:AssumeRole
            Condition:
              StringEquals:
                sts:ExternalId: !Ref ExternalId
      ManagedPolicyArns:
{attached}
Outputs:
  RoleArn:
    Value: !GetAtt Role.Arn
"""
